import { readdir } from 'node:fs/promises';

/** The names of the files in a folder that Terraform reads as configuration, in its order; overrides come behind the others. */
export interface ConfigurationFiles {
  readonly primary: readonly string[];
  /** Their blocks change those of other files instead of adding to them; a later one has the last word. */
  readonly overrides: readonly string[];
}

/** Lists them. Folders are none, whatever their names. */
export async function listConfigurationFiles(folder: string): Promise<ConfigurationFiles> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && isConfigurationFile(entry.name))
    .map(({ name }) => name)
    .sort(byBytes);
  return {
    primary: names.filter((name) => !isOverride(name)),
    overrides: names.filter(isOverride),
  };
}

/** A name for an override file behind all those that stand in a folder, for what is to have the last word. */
export async function lastOverrideName(folder: string, name: string): Promise<string> {
  const [last = ''] = (await readdir(folder)).filter(isOverride).sort(byBytes).slice(-1);
  return byBytes(last, name) < 0 ? name : `${last}_${name}`;
}

/** Whether Terraform reads a file of this name: editors' backups and hidden files it does not. */
function isConfigurationFile(name: string): boolean {
  return /\.tf(\.json)?$/.test(name) && !name.startsWith('.');
}

function isOverride(name: string): boolean {
  return /^(?:.*_)?override\.tf(\.json)?$/s.test(name);
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

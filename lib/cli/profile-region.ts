import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The region that the shared files of the AWS CLI have for a profile: `~/.aws/config`, then `~/.aws/credentials`, or
 * what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name. A file that is not there has none.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function profileRegion(profile: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folder = path.join(env.HOME || env.USERPROFILE || homedir(), '.aws');
  const config = await readIfThere(env.AWS_CONFIG_FILE || path.join(folder, 'config'));
  const credentials = await readIfThere(env.AWS_SHARED_CREDENTIALS_FILE || path.join(folder, 'credentials'));
  return regionIn(config, profile) ?? regionIn(credentials, profile);
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}

function regionIn(text: string, profile: string): string | undefined {
  let inside = false;
  let found: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line) ?? [];
    if (section !== undefined) inside = profileOf(section) === profile;
    // An indented line belongs to the setting before it.
    const [, region] = /^region\s*=\s*(.*?)\s*(?:\s[#;].*)?$/.exec(line) ?? [];
    if (inside && region) found = region;
  }
  return found;
}

/** `[profile "ops"]` in the configuration, `[ops]` among the credentials; `[default]` in both. */
function profileOf(section: string): string {
  return section.replace(/^profile\s+/, '').replaceAll(/^(["'])(.*)\1$/g, '$2');
}

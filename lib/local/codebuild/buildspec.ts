import { type Document, parseDocument, visit } from 'yaml';

/** One phase of a buildspec. */
export interface SpecPhase {
  readonly commands: readonly string[];
  /** Run after the commands, whether or not they failed. */
  readonly finally: readonly string[];
  /** What follows a failure; CodeBuild's own transitions where it is absent. */
  readonly onFailure?: 'ABORT' | 'CONTINUE' | undefined;
}

/** A buildspec as far as builds here follow it. */
export interface Buildspec {
  readonly shell: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Names of variables and where their values lie. */
  readonly parameterStore: Readonly<Record<string, string>>;
  readonly secretsManager: Readonly<Record<string, string>>;
  readonly exportedVariables: readonly string[];
  readonly phases: Readonly<Partial<Record<SpecPhaseName, SpecPhase>>>;
  /** What the buildspec asks for and is not done here. */
  readonly ignored: readonly string[];
}

/** The phases that run commands, in their order. */
export const SPEC_PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;

/** One of {@link SPEC_PHASES}. */
export type SpecPhaseName = (typeof SPEC_PHASES)[number];

/** The buildspec cannot be read; its message goes into the phase's context. */
export class BuildspecError extends Error {}

type Members = Readonly<Record<string, unknown>>;

const DONE = ['version', 'env', 'phases'];
const ENV_DONE = ['shell', 'variables', 'parameter-store', 'secrets-manager', 'exported-variables'];
const PHASE_DONE = ['commands', 'finally', 'on-failure'];
const ON_FAILURE = ['ABORT', 'CONTINUE'];
/** What is asked for by this version, and not done. */
const ONE_SHELL_EACH = 'version: 0.1, a shell for each command,';

/** Reads a buildspec of YAML or JSON. @throws BuildspecError */
export function parseBuildspec(text: string): Buildspec {
  const { value, tags } = read(text);
  const spec = objectOf(value, 'the buildspec');
  const { version } = spec;
  if (!['0.1', '0.2'].includes(String(version))) {
    throw new BuildspecError(`YAML_FILE_ERROR Message: invalid buildspec version ${String(version ?? '(none)')}`);
  }
  const env = objectOf(spec.env ?? {}, 'env');
  const phases = objectOf(spec.phases ?? {}, 'phases');
  const unknown = Object.keys(phases).find((name) => !SPEC_PHASES.some((known) => known === name));
  if (unknown !== undefined) throw new BuildspecError(`YAML_FILE_ERROR Message: unknown phase ${unknown}`);
  return {
    shell: typeof env.shell === 'string' ? env.shell : 'sh',
    variables: textsOf(env.variables, 'env.variables'),
    parameterStore: textsOf(env['parameter-store'], 'env.parameter-store'),
    secretsManager: textsOf(env['secrets-manager'], 'env.secrets-manager'),
    exportedVariables: listOf(env['exported-variables'], 'env.exported-variables'),
    phases: Object.fromEntries(Object.entries(phases).map(([name, phase]) => [name, phaseOf(name, phase)])),
    ignored: [
      ...tags,
      ...(version === '0.1' ? [ONE_SHELL_EACH] : []),
      ...others(spec, DONE, ''),
      ...others(env, ENV_DONE, 'env.'),
      ...Object.entries(phases).flatMap(([name, phase]) => ignoredOf(name, phase)),
    ],
  };
}

function others(members: Members, known: readonly string[], where: string): readonly string[] {
  return Object.keys(members).flatMap((member) => (known.includes(member) ? [] : `${where}${member}`));
}

function ignoredOf(name: string, value: unknown): readonly string[] {
  const phase = objectOf(value ?? {}, `phases.${name}`);
  const onFailure = String(phase['on-failure'] ?? 'ABORT');
  const where = `phases.${name}.`;
  return [
    ...others(phase, PHASE_DONE, where),
    ...(ON_FAILURE.includes(onFailure) ? [] : [`${where}on-failure: ${onFailure}`]),
  ];
}

/** The content with its aliases and merge keys resolved, and the tags that mean nothing here. */
function read(text: string): { readonly value: unknown; readonly tags: readonly string[] } {
  try {
    const document = parseDocument(text, { merge: true, logLevel: 'error' });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const tags = asWritten(document);
    return { value: document.toJS(), tags };
  } catch (error) {
    throw new BuildspecError(`YAML_FILE_ERROR Message: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** All values of a buildspec are texts: `1.10` stays what it is, and `true` is a command. @returns unknown tags */
function asWritten(document: Document.Parsed): readonly string[] {
  const tags = new Set<string>();
  visit(document, {
    Node(_key, { tag }) {
      if (tag?.startsWith('!') === true) tags.add(tag);
    },
  });
  visit(document, {
    Scalar(_key, node) {
      if (['number', 'boolean', 'bigint'].includes(typeof node.value)) node.value = node.source ?? String(node.value);
    },
  });
  return [...tags];
}

function phaseOf(name: string, value: unknown): SpecPhase {
  const phase = objectOf(value ?? {}, `phases.${name}`);
  const onFailure = phase['on-failure'];
  return {
    commands: listOf(phase.commands, `phases.${name}.commands`),
    finally: listOf(phase.finally, `phases.${name}.finally`),
    onFailure: onFailure === 'ABORT' || onFailure === 'CONTINUE' ? onFailure : undefined,
  };
}

function objectOf(value: unknown, where: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new BuildspecError(`YAML_FILE_ERROR Message: ${where} is not a map`);
}

function textsOf(value: unknown, where: string): Readonly<Record<string, string>> {
  const texts = Object.entries(objectOf(value ?? {}, where));
  return Object.fromEntries(texts.map(([name, text]) => [name, textOf(text ?? '', `${where}.${name}`)]));
}

function listOf(value: unknown, where: string): readonly string[] {
  const list = value ?? [];
  if (Array.isArray(list)) return list.map((text, index) => textOf(text, `${where}[${index}]`));
  throw new BuildspecError(`YAML_FILE_ERROR Message: ${where} is not a list of texts`);
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  const what = Array.isArray(value) ? 'a list' : value === null ? 'empty' : `a map with the key ${keyOf(value)}`;
  throw new BuildspecError(
    `YAML_FILE_ERROR Message: ${where} is ${what}, not a text; put quotation marks around a text with ": "`,
  );
}

function keyOf(value: unknown): string {
  return JSON.stringify(Object.keys(Object(value))[0] ?? '');
}

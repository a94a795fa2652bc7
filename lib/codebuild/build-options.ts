import { environmentVariables } from '../constants.ts';
import { checkOptions } from '../core/check-options.ts';
import { type Duration, toMilliseconds } from '../core/duration.ts';
import { InvalidOptionError } from '../core/errors.ts';
import {
  describeValue,
  isAnything,
  isOneOf,
  isRecordOfTexts,
  isText,
  type OptionKind,
  recordOf,
} from '../core/option-kinds.ts';
import type { BuildVariable } from './api.ts';

/** Where a build finds a value that must not stand in a request: it is read under the project's role. */
export type ValueReference =
  /** A parameter of Systems Manager. */
  | { readonly parameter: string }
  /** A secret of Secrets Manager: `secret-id:json-key:version-stage:version-id`, all but the first optional. */
  | { readonly secret: string };

/** Options of `startBuild`. */
export interface BuildOptions {
  /**
   * The name of the project.
   *
   * @defaultValue the one of `BuildRunner.grantStart`: `RINGBACK_BUILD_PROJECT`
   */
  readonly project?: string;
  /** How long the build may take, its queue included; at most 36 hours, as long as CodeBuild lets any build run. */
  readonly within: Duration;
  /**
   * How long the build may go unheard of, its queue included: `ringback progress` is heard. For longer, and it is failed and
   * stopped.
   *
   * @defaultValue as long as `within`
   */
  readonly silence?: Duration;
  /**
   * Who says that the work is done. `end`: the build's end, and its exported variables go along. `command`: the build,
   * by `ringback complete`; an end without that is a failure.
   *
   * @defaultValue 'end'
   */
  readonly answer?: 'end' | 'command';
  /** Variables of the build. Whoever may look at builds reads them: secrets go into `references`. @defaultValue none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables whose values the build fetches itself. @defaultValue none */
  readonly references?: Readonly<Record<string, ValueReference>>;
  /** The buildspec, or the path of one in the source. @defaultValue the project's own */
  readonly buildspec?: string;
  /** An archive in a bucket as `bucket/key.zip`, in the place of the project's source. @defaultValue the project's own */
  readonly source?: string;
  /** The compute type, such as `BUILD_GENERAL1_LARGE`. @defaultValue the project's own */
  readonly computeType?: string;
}

/** Options as they were checked. */
export interface CheckedOptions extends BuildOptions {
  readonly project: string;
  readonly withinMs: number;
}

const isReference: OptionKind = (value) => {
  const { parameter, secret } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const named = [parameter, secret].filter((name) => name !== undefined);
  if (named.length === 1 && isText(named[0]) === undefined) return undefined;
  return `must be either { parameter } or { secret } with a text, but is ${describeValue(value)}`;
};

const KINDS = {
  project: isText,
  // What toMilliseconds checks.
  within: isAnything,
  silence: isAnything,
  answer: isOneOf('end', 'command'),
  environment: isRecordOfTexts,
  references: recordOf(isReference),
  buildspec: isText,
  source: isText,
  computeType: isText,
};
const HOUR_MS = 3_600_000;
/** As long as CodeBuild lets a build run (User Guide, "Quotas for AWS CodeBuild"). */
const LONGEST_HOURS = 36;

/** @throws InvalidOptionError that names the option, and says what it takes */
export function checkBuildOptions(options: BuildOptions, env: NodeJS.ProcessEnv): CheckedOptions {
  const project = options?.project ?? env[environmentVariables.buildProject];
  if (project === undefined || project === '') {
    throw new InvalidOptionError(
      'startBuild needs the name of a project: give it one as "project", or the function one by BuildRunner.grantStart',
    );
  }
  checkOptions('startBuild', options, KINDS);
  const { within, silence } = options;
  const withinMs = toMilliseconds(within);
  if (withinMs <= 0 || withinMs > LONGEST_HOURS * HOUR_MS) {
    const got = `${withinMs / HOUR_MS} hours`;
    throw new InvalidOptionError(`within is more than nothing and at most ${LONGEST_HOURS} hours, but is ${got}`);
  }
  if (silence !== undefined && (toMilliseconds(silence) <= 0 || toMilliseconds(silence) > withinMs)) {
    const got = `${toMilliseconds(silence) / 60_000} minutes`;
    throw new InvalidOptionError(`silence is more than nothing and at most as long as within, but is ${got}`);
  }
  return { ...options, project, withinMs };
}

/** The variables of a build, as StartBuild takes them. @throws InvalidOptionError for one that is Ringback's own */
export function buildVariables({ environment = {}, references = {} }: BuildOptions): readonly BuildVariable[] {
  const own = [...Object.keys(environment), ...Object.keys(references)].find((name) => name.startsWith('RINGBACK_'));
  if (own !== undefined) throw new InvalidOptionError(`the variable ${own} is Ringback's own: give yours another name`);
  const twice = Object.keys(environment).find((name) => Object.hasOwn(references, name));
  if (twice !== undefined) throw new InvalidOptionError(`the variable ${twice} is in environment and in references`);
  return [
    ...Object.entries(environment).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' as const })),
    ...Object.entries(references).map(([name, reference]) =>
      'secret' in reference
        ? { name, value: reference.secret, type: 'SECRETS_MANAGER' as const }
        : { name, value: reference.parameter, type: 'PARAMETER_STORE' as const },
    ),
  ];
}

import type { TestRunner } from './test-runner.ts';

/** The names that a new handler goes by. */
export interface HandlerNames {
  /** As a file: `release-check`. */
  readonly file: string;
  /** As the beginning of a variable: `releaseCheck`. */
  readonly variable: string;
  /** As a construct, an action or the provider of an action type: `ReleaseCheck`. */
  readonly construct: string;
}

/** A kind of handler that `ringback new` writes. */
export interface HandlerKind {
  readonly summary: string;
  /** The files to write, by their paths below the project's folder; the handler comes first. */
  readonly files: (names: HandlerNames) => Readonly<Record<string, string>>;
  /** The handler's test. */
  readonly test: (names: HandlerNames, runner: TestRunner) => string;
  /** The lines that add the handler to a stack, to copy; an empty line stands between imports and statements. */
  readonly infra: (names: HandlerNames) => string;
  /** What the lines find in the stack, as a person would say it. @defaultValue nothing */
  readonly given?: string;
  /** The sample event of `ringback event` that fits each handler, by the handler's path. */
  readonly events: (names: HandlerNames) => Readonly<Record<string, string>>;
  /** The packages that the handler imports beside Ringback. @defaultValue none */
  readonly packages?: readonly string[];
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** The longest provider of an action type (codepipeline 2015-07-09, ActionProvider). */
const LONGEST_NAME = 35;

/** The names of a handler; undefined where the name is not kebab-case, or longer than 35 characters. */
export function handlerNames(name: string): HandlerNames | undefined {
  if (!NAME.test(name) || name.length > LONGEST_NAME) return undefined;
  const construct = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return { file: name, construct, variable: construct.charAt(0).toLowerCase() + construct.slice(1) };
}

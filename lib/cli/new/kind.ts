/** The names that a new handler goes by. */
export interface HandlerNames {
  /** As a file: `release-check`. */
  readonly file: string;
  /** As a variable: `releaseCheck`. */
  readonly variable: string;
  /** As a construct or an action: `ReleaseCheck`. */
  readonly construct: string;
}

/** A kind of handler that `ringback new` writes. */
export interface HandlerKind {
  readonly summary: string;
  /** The files to write, by their paths below the project's folder. */
  readonly files: (names: HandlerNames) => Readonly<Record<string, string>>;
  /** The lines that add the handler to a stack, to copy. */
  readonly infra: (names: HandlerNames) => string;
  /** The sample event of `ringback event` that fits. */
  readonly sample: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The names of a handler; undefined where the name is not kebab-case. */
export function handlerNames(name: string): HandlerNames | undefined {
  if (!NAME.test(name)) return undefined;
  const construct = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return { file: name, construct, variable: construct.charAt(0).toLowerCase() + construct.slice(1) };
}

/** What stands for an action or a rule that is not to run, in place of what is simulated or not. */
export type Stub = SucceedingStub | FailingStub | RunningStub;

interface Selecting {
  /**
   * Which actions: `ACTION`, `STAGE/ACTION` or `PIPELINE/STAGE/ACTION`, or by type `PROVIDER`, `CATEGORY/PROVIDER` or
   * `OWNER/CATEGORY/PROVIDER`. `*` stands for any text. Rules of conditions are selected as actions are.
   */
  readonly action: string;
}

/** Succeeds at once. */
export interface SucceedingStub extends Selecting {
  readonly succeed: {
    /** Output variables. @defaultValue for the sources of Git what they would give, else none */
    readonly variables?: Readonly<Record<string, string>>;
    /** The folder that every output artifact is made of. @defaultValue the first input artifact, or an empty archive */
    readonly folder?: string;
  };
}

/** Fails at once. */
export interface FailingStub extends Selecting {
  readonly fail: string;
}

/**
 * Runs a command of the shell in a folder that holds the first input artifact; fails when the command does.
 *
 * What the folder holds then becomes every output artifact. The command appends lines `KEY=VALUE` to the file that
 * `RINGBACK_OUTPUT_VARIABLES` names for output variables.
 */
export interface RunningStub extends Selecting {
  readonly run: string;
}

/** An action or a rule, as stubs select it. */
export interface StubTarget {
  readonly pipeline: string;
  readonly stage: string;
  readonly action: string;
  /** `OWNER/CATEGORY/PROVIDER`. */
  readonly type: string;
}

/** A stub that cannot be used; the message is one line that says how to write it. */
export class StubSpecError extends Error {
  override readonly name = 'StubSpecError';
}

/** A stub's outcome in the words of its text form, such as `succeed`. */
export function describeOutcome(stub: Stub): string {
  if ('fail' in stub) return 'fail';
  if ('run' in stub) return `run:${stub.run}`;
  return stub.succeed.folder === undefined ? 'succeed' : `folder:${stub.succeed.folder}`;
}

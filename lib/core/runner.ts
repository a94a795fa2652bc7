import type { AwsConnection, TimeSource } from '../aws/index.ts';
import type { ResultRequest } from './result-request.ts';

/** What a deferral is left to, such as a build: kept in the entry, so that whoever decides otherwise can stop it. */
export interface Execution {
  readonly id: string;
  /** The request that stops it; its operation's name begins with `Stop`. */
  readonly stop: ResultRequest;
}

/**
 * Whether a value is an {@link Execution}. Its operation is called by whoever decides: none but one that stops something may
 * stand there.
 */
export function isExecution(value: unknown): value is Execution {
  const { id, stop } = (value ?? {}) as { id?: unknown; stop?: Partial<Execution['stop']> | null };
  const { api, operation, input } = stop ?? {};
  return (
    typeof id === 'string' &&
    [api?.service, api?.targetPrefix, api?.jsonVersion].every((member) => typeof member === 'string') &&
    /^Stop[A-Z]/.test(String(operation)) &&
    typeof input === 'object' &&
    input !== null
  );
}

/** How an execution of a runner ended, such as a build, as its own event tells. */
export interface EndedExecution {
  /** What identifies it where it ran, such as a build's id. */
  readonly id: string;
  /** The encoded callback of the work that it was started for; undefined where it was started for none. */
  readonly callback: string | undefined;
  readonly isSuccess: boolean;
  /** Whether it had to answer by itself, so that its success alone is no answer. */
  readonly mustAnswer: boolean;
  /** For a person: how it ended, in which phase and why, and where its log is. */
  readonly summary: string;
  /** What it leaves, where the event tells that. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** What asking a runner needs. */
export interface RunnerCall {
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  /** No try begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Something outside of Lambda that does work and answers for it: CodeBuild now, others by the same interface. How an
 * execution is started is the runner's own, since each takes other options; what all must tell stands here.
 */
export interface Runner {
  readonly name: string;
  /** Reads the event by which an execution's end is known; undefined for every other event. */
  recogniseEnd(event: unknown): EndedExecution | undefined;
  /** What an execution leaves, where its event does not tell. @throws AwsCallError */
  variablesOf(executionId: string, call: RunnerCall): Promise<Readonly<Record<string, string>>>;
  /** The encoded callback that an execution was started for; undefined where there is none. @throws AwsCallError */
  callbackOf(executionId: string, call: RunnerCall): Promise<string | undefined>;
}

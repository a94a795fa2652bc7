import { type Failed, fail as failWith, type Succeeded, succeed as succeedWith } from '../core/outcome.ts';

/** What the ledger keeps beside a step's success; Transfer Family itself learns nothing of it. */
export interface StepSuccessDetails {
  /** What happened, in a few words; shortened to 2,048 characters. */
  readonly summary?: string;
}

/** The step is done: the workflow goes on, with the same file as before. */
export function succeed(details?: StepSuccessDetails): Succeeded<StepSuccessDetails> {
  return succeedWith(details);
}

/**
 * The step cannot be done: the workflow goes on with its exception steps. Transfer Family takes no reason; it goes to
 * the log and the metric, and where the function was told so, to an event bus and an object tag.
 */
export function fail(reason: string | Error): Failed {
  return failWith(reason);
}

import type { Decision } from '../../lib/core/decision.ts';
import type { LocalCloud } from '../../lib/local/cloud.ts';
import type { Chronicle } from './chronicle.ts';
import type { StageClient } from './stage-client.ts';

/** The crash stack, deployed into a local cloud of its own, and everything that watches it. */
export interface CrashStage {
  readonly cloud: LocalCloud;
  readonly chronicle: Chronicle;
  readonly client: StageClient;
  /** The outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Resolves when nothing is under way any more: no event, no retry, no message in a queue. */
  idle(): Promise<void>;
  /** The decision that stands in an entry of the ledger. */
  standing(key: string): Promise<Decision | undefined>;
  /** Bodies of the messages that nobody could answer; they are taken out. */
  deadLetters(): Promise<readonly string[]>;
  close(): Promise<void>;
}

import type { Duration } from 'aws-cdk-lib';
import type { OnCrash } from '../../lib/constants.ts';
import type { CallbackService } from './ledger-access.ts';
import type { Ringback } from './ringback.ts';

/** How Ringback treats a function, whoever made it. */
export interface AdoptionProps {
  /**
   * The ledger and the last resort behind this function. All functions of one Ringback trust each other.
   * @default - the stack's own, made on demand: `Ringback.of(scope)`
   */
  readonly ringback?: Ringback;
  /**
   * What happens to a delivery whose process died before a decision: it is answered failed, or the logic runs again.
   * @default 'fail'
   */
  readonly onCrash?: OnCrash;
  /** How often Lambda invokes again after an error, 0 to 2. @default 2 */
  readonly retryAttempts?: number;
  /**
   * How long an event may wait for the function, retries included, 1 minute to 6 hours; the last resort answers older
   * ones. Too long, and logic begins that nobody waits for any more.
   * @default - what the service waits, less the function's timeout, less 2 minutes for the last resort; 1 hour where it
   * waits for a day or more. See docs/deploy.md, "Times"
   */
  readonly maxEventAge?: Duration;
}

/** What a kind of function is handed, and how long its service waits. */
export interface CallbackKind {
  /** Whose entries the function may write. @default - those of all services */
  readonly services?: readonly CallbackService[];
  /** How long the service waits for a word, in seconds. @default - a day or more */
  readonly waitsSeconds?: number;
}

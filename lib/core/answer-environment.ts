import type { AwsConnection } from '../aws/index.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { TimeSource } from './retry.ts';

/** What reporting and deciding depend on. */
export interface AnswerEnvironment {
  readonly ledger: Ledger;
  readonly log: Log;
  readonly time: TimeSource;
  /** The connection to a region. */
  readonly connect: (region: string) => AwsConnection;
}

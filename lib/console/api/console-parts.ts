import type { LocalCloud } from '../../local/cloud.ts';
import type { Rename } from '../construct-names.ts';
import type { History } from '../state/history.ts';
import type { Owed } from '../state/records.ts';
import type { ArmedFaults } from './armed-faults.ts';
import type { Withholder } from './withhold.ts';

/** What somebody decides in the place of a function. */
export interface Completion {
  readonly kind: 'succeeded' | 'failed';
  /** Why it failed, or what is said of the success. */
  readonly reason: string;
}

/** Answers an entry of a ledger, as `ringback complete` does. @throws Error that says why it could not */
export type CompleteEntry = (entry: NonNullable<Owed['entry']>, completion: Completion) => Promise<string>;

/** What the console's API works with. */
export interface ConsoleParts {
  readonly cloud: LocalCloud;
  readonly history: History;
  readonly rename: Rename;
  readonly withholder: Withholder;
  readonly faults: ArmedFaults;
  readonly complete: CompleteEntry;
  readonly readOnly: boolean;
  /** When the cloud was started, in simulated milliseconds since the epoch. */
  readonly startedAt: number;
  /** Tells this cloud from the next one on the same port. */
  readonly instance: string;
}

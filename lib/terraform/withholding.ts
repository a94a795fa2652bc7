import type { Redact } from '../core/secrets/redactor.ts';

/** What must not be told of one operation. */
export interface Withholding {
  /** Takes values for secrets, which are withheld from whatever is told. */
  readonly declare: (...values: string[]) => void;
  /** Withholds them from a text: before it is shortened, since a part of one is not recognised. */
  readonly redact: Redact;
}

import { type Failed, failWithin, type Succeeded, succeed as succeedWith } from '../core/outcome.ts';

/** One output of a provisioned product. */
export interface OperationOutput {
  readonly key: string;
  /** Text as it is, anything else as JSON; null and undefined are left out. */
  readonly value: unknown;
  readonly description?: string;
  /**
   * Shows `(sensitive value)` in the console instead of the value, and withholds it from all other texts. Anything but
   * false, `'false'`, 0 and nothing counts as true.
   *
   * @defaultValue false
   */
  readonly sensitive?: boolean;
}

/** What Service Catalog shows and keeps beside the bare result. */
export interface OperationDetails {
  /**
   * Outputs, by key or as a list with descriptions; also the object that `terraform output -json` prints, whose members
   * are `{ value, sensitive, type }`: an object in which something is `sensitive` shows as `(sensitive value)`. Service
   * Catalog takes none for a termination; they are left out there.
   */
  readonly outputs?: Readonly<Record<string, unknown>> | readonly OperationOutput[];
  /**
   * The tag that all resources of the provisioned product bear, by which Service Catalog groups them; for a provision
   * only.
   *
   * @defaultValue the operation's tracer tag
   */
  readonly resourceIdentifier?: { readonly key: string; readonly value: string };
}

/** The operation is done. */
export function succeed(details?: OperationDetails): Succeeded<OperationDetails> {
  return succeedWith(details);
}

/**
 * The operation cannot be done. `reason` is what the record shows, its last 2,048 characters. What was made so far may
 * go along as outputs.
 */
export function fail(reason: string | Error, details?: OperationDetails): Failed<OperationDetails> {
  return failWithin(['outputs', 'resourceIdentifier'], reason, details);
}

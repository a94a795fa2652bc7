/** What kind of failure ended an operation. */
export type FailureKind =
  | 'artifact'
  | 'configuration'
  | 'credentials'
  | 'plan'
  | 'apply'
  | 'lock'
  | 'timeout'
  | 'internal';

/** Who has to do something about it. `caller` is who asked for the operation. */
export type FailureFault = 'product author' | 'launch role' | 'engine' | 'caller';

/** An operation that failed, told so that a person knows what to do. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  readonly kind: FailureKind;
  readonly fault: FailureFault;

  constructor(kind: FailureKind, fault: FailureFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.fault = fault;
  }
}

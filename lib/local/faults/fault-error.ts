/** A fault was described in a way that cannot be read; the message says how to write it. */
export class FaultSpecError extends Error {
  override readonly name = 'FaultSpecError';
}

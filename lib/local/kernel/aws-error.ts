/** An error that goes over the wire as a service would send it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The service's error code, such as `JobNotFoundException`. */
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  /** Further members of the modelled error, such as `RetryAfterSeconds` or `Item`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** What a request of the console's API is refused with. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Refuses a request that asks for what is not there. */
export function notThere(what: string, id: string): ApiError {
  return new ApiError(404, `there is no ${what} ${id}: it may have been forgotten, since history is bounded`);
}

/** The command was called wrongly, or what it was given cannot be used: one line for the terminal, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

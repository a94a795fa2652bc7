/** One verb of the command `ringback`. */
export interface Command {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** @returns the exit code: 0 well, 1 it did not go as it should. @throws UsageError exit code 2 */
  run(args: readonly string[]): Promise<number>;
}

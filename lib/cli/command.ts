/** What a verb of the command `ringback` does. */
export interface Command {
  /** What `--help` prints. */
  readonly help: string;
  /** @returns the exit code: 0 well, 1 it did not go as it should. @throws UsageError exit code 2 */
  run(args: readonly string[]): Promise<number>;
}

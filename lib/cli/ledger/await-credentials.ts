import type { AwsConnection } from '../../aws/index.ts';
import { credentialsProblem } from './aws-problem.ts';

/** Credentials may take this long, in milliseconds: a program that gives them may ask a person for a code. */
const PATIENCE_MS = 60_000;

/**
 * Waits for the credentials of a connection, before the time of a call runs.
 *
 * @param what - what cannot be done without them
 * @throws UsageError when there are none, or none in time
 */
export async function awaitCredentials(
  { credentials }: Pick<AwsConnection, 'credentials'>,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `their source has not answered within ${patienceMs / 1000} s`;
    timer = setTimeout(() => reject(new Error(message)), patienceMs);
  });
  try {
    await Promise.race([credentials(), late]);
  } catch (cause) {
    throw credentialsProblem(cause as Error, what);
  } finally {
    clearTimeout(timer);
  }
}

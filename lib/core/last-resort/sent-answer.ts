import { InvalidEventError } from '../errors.ts';
import { type Failed, fail, type Succeeded, succeed } from '../outcome.ts';

/** An answer that a build or the like gives by invoking the last resort, since the AWS CLI is all it has. */
export interface SentAnswer {
  readonly callback: string;
  readonly outcome: Succeeded | Failed;
}

/**
 * Reads `{"callback": "rb1…", "succeed": {…}}`, whose member holds the details, or `{"callback": "rb1…", "fail": "why"}`;
 * undefined for every other event.
 *
 * @throws InvalidEventError for one that is nearly so: it says what is wrong
 */
export function readSentAnswer(event: unknown): SentAnswer | undefined {
  const { callback, succeed: details, fail: reason } = (event ?? {}) as Partial<Record<string, unknown>>;
  if (typeof callback !== 'string' || (details === undefined && reason === undefined)) return undefined;
  if (details !== undefined && reason !== undefined) {
    throw new InvalidEventError('an answer has a member succeed or fail, but got both');
  }
  if (reason !== undefined) {
    if (typeof reason === 'string') return { callback, outcome: fail(reason) };
    throw new InvalidEventError(`fail holds the reason as a text, but got ${typeof reason}`);
  }
  if (typeof details === 'object' && details !== null && !Array.isArray(details)) {
    return { callback, outcome: succeed(details) };
  }
  throw new InvalidEventError(`succeed holds the details as an object, such as {}, but got ${JSON.stringify(details)}`);
}

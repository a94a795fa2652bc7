import { messagesOf, unwrap } from '../../core/envelope.ts';
import type { FunctionFailure } from '../../local/lambda/invocation.ts';
import { services } from '../../services.ts';

/**
 * What became of an invocation.
 *
 * `answered`: as many answers as the event asks for. `returned`: it asks for none. `unanswered`: too few.
 * `answered-twice`: too many. `threw`, `timed-out`, `crashed`: the handler did not return.
 */
export type Verdict = 'answered' | 'returned' | 'unanswered' | 'answered-twice' | 'threw' | 'timed-out' | 'crashed';

/** How many answers the services behind an event wait for. A message that cannot be read has nobody behind it. */
export function countOwedAnswers(event: unknown, region: string): number {
  const reads = messagesOf(event)?.map((message) => () => message.read()) ?? [() => unwrap(event)];
  return reads.filter((read) => {
    try {
      const { event: single } = read();
      return services.some((service) => service.recognise(single, { region, functionName: undefined }) !== undefined);
    } catch {
      return false;
    }
  }).length;
}

/** Judges an invocation. `answers` is undefined where nobody counted them. */
export function judge(failure: FunctionFailure | undefined, answers: number | undefined, owed: number): Verdict {
  if (failure?.errorType === 'Sandbox.Timedout') return 'timed-out';
  if (failure !== undefined) return /^(Runtime|Function)\./.test(failure.errorType) ? 'crashed' : 'threw';
  if (answers === undefined) return 'returned';
  if (answers < owed) return 'unanswered';
  if (owed > 0 && answers > owed) return 'answered-twice';
  return answers > 0 ? 'answered' : 'returned';
}

/** Whether it went as it should. */
export function isGood(verdict: Verdict): boolean {
  return verdict === 'answered' || verdict === 'returned';
}

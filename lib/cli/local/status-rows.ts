import type { Rename } from '../../console/construct-names.ts';
import type { History } from '../../console/state/history.ts';
import { isOpen } from '../../console/state/records.ts';
import { escapeControls } from '../escape-controls.ts';
import { durationText } from '../time-text.ts';
import { wrapText } from '../wrap-text.ts';

/** What the status of a local cloud is made of. Times are simulated milliseconds since the epoch. */
export interface CloudStatus {
  readonly history: Pick<History, 'owed' | 'invocations' | 'tally' | 'lastRefusal'>;
  readonly startedAt: number;
  readonly now: number;
  readonly speed: number;
  /** What is going on beside that, such as the scenario that plays. */
  readonly doing: string | undefined;
  /** What keys do; undefined where none are read. */
  readonly keys: string | undefined;
  readonly rename: Rename;
}

/** A function that runs longer than this is shown with its time, in milliseconds. */
const LONG_MS = 2_000;
const MOST_RUNNING = 4;

/** The status of a local cloud in rows of at most so many characters; nothing of a refusal is cut. */
export function statusRows(status: CloudStatus, columns: number): readonly string[] {
  const { history, doing, keys, rename } = status;
  const { lastRefusal } = history;
  const refused =
    lastRefusal &&
    `last refusal: ${lastRefusal.functionName ?? lastRefusal.principal} may not ${lastRefusal.action} on ${lastRefusal.resource}`;
  const texts = [
    [`${clockText(status)} at ${status.speed}×`, doing, owedText(history), runningText(status), idleText(history)],
    [refused],
    [keys],
  ];
  return texts
    .map((parts) => parts.filter((part) => part !== undefined && part !== '').join('  ·  '))
    .filter((text) => text !== '')
    .flatMap((text) => wrapText(escapeControls(rename(text)), Math.max(20, columns - 1)));
}

/** How much simulated time has passed, as `h:mm:ss`. */
export function clockText({ now, startedAt }: Pick<CloudStatus, 'now' | 'startedAt'>): string {
  const seconds = Math.floor((now - startedAt) / 1000);
  const [hours, ...rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return [hours, ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** How many answers are owed to which service. */
export function owedText({ owed }: Pick<History, 'owed'>): string {
  const counts = new Map<string, number>();
  for (const answer of owed.values()) {
    if (isOpen(answer)) counts.set(answer.service, (counts.get(answer.service) ?? 0) + 1);
  }
  if (counts.size === 0) return 'no answer is owed';
  return `owed: ${[...counts].map(([service, count]) => `${count} to ${service}`).join(', ')}`;
}

function runningText({ history, now }: CloudStatus): string {
  const running = [...history.invocations.values()].filter(({ endedAt }) => endedAt === undefined);
  if (running.length === 0) return 'no function runs';
  const names = running.slice(0, MOST_RUNNING).map(({ functionName, startedAt }) => {
    const ranMs = now - startedAt;
    return ranMs > LONG_MS ? `${functionName} (${durationText(ranMs)})` : functionName;
  });
  const more = running.length - names.length;
  return `running: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function idleText({ tally: { idleWakes, idlePolls } }: CloudStatus['history']): string {
  if (idleWakes + idlePolls === 0) return '';
  return `with nothing to do: ${idleWakes} wake-ups, ${idlePolls} polls`;
}

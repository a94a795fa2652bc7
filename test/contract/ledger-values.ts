import { failedEnd, fitted } from '../../lib/core/decision.ts';
import type { Asked, Entry } from '../../lib/core/ledger/entry.ts';
import type { NextRun } from '../../lib/core/ledger/transitions.ts';

export const success = fitted({ kind: 'succeeded', details: { summary: 'done' } });
export const failure = fitted(failedEnd('no', 'failed'));
/** When a call to the ledger must have ended. */
export const soon = () => Date.now() + 5_000;
/** A delivery that nobody has taken yet. */
export const newDelivery = (overrides: Partial<Asked> = {}): Asked => ({
  key: `codepipeline#${crypto.randomUUID()}`,
  run: 1,
  ticket: { region: 'us-east-1', data: { jobId: 'x', token: 'secret' } },
  ...overrides,
});
/** An attempt's hold on an entry. */
export const lease = (owner: string, forMs = 60_000) => ({
  owner,
  requestId: `request-${owner}`,
  until: Date.now() + forMs,
});
/** What a first run leaves to a second. */
export const second = (overrides: Partial<NextRun> = {}): NextRun => ({
  run: 2,
  dueAt: Date.now(),
  progress: { summary: 'half' },
  keepsTicket: false,
  ...overrides,
});
/** What an entry was decided to be, where it is decided. */
export const decisionOf = (entry: Entry | undefined) =>
  entry?.state.kind === 'decided' ? entry.state.decision : undefined;

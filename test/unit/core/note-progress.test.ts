import { describe, expect, it } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import type { EntryState, Waiting } from '../../../lib/core/ledger/entry.ts';
import type { Ledger } from '../../../lib/core/ledger/ledger.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import type { Heard } from '../../../lib/core/ledger/transitions.ts';
import { noteProgressWith, type Progress } from '../../../lib/core/note-progress.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import type { Service } from '../../../lib/core/service.ts';
import { fakeTime } from '../../../lib/testing/index.ts';

const redactor = createRedactor();
redactor.scope().add('a-secret-value');
const time = fakeTime();
const NOW = time.now();
const byMessage: Service = { ...jobService, putOff: { by: 'message' } };
const waiting = (more: Partial<Waiting> = {}): EntryState => ({
  kind: 'waiting',
  dueAt: 0,
  awaitsUntil: NOW + 60_000,
  progress: { percentComplete: 40 },
  ...more,
});

/** Tells the progress of an entry in this state: what comes of it, and what its ledger hears, until when. */
async function tell(service: Service, state: EntryState, progress: Progress, isHeard = true) {
  const heard: [Heard, number][] = [];
  const ledger: Ledger = {
    ...createMemoryLedger(),
    read: async (key) => ({ key, region: 'us-east-1', run: 3, openedAt: 1, takenAt: 1, state }),
    noteHeard: async (_key, noted, until) => {
      heard.push([noted, until - NOW]);
      return isHeard;
    },
  };
  const callback = { service: 'codepipeline', id: 'x', region: 'us-east-1' };
  const parts = { ledger, ledgerName: 'a ledger', redactor, time };
  const told = await noteProgressWith(parts, [service], callback, progress);
  return { told, heard };
}

describe('progress that is told', () => {
  it.each<[string, Progress, object]>([
    ['what is new beside what was told', { summary: 'links' }, { percentComplete: 40, summary: 'links' }],
    ['what is new in its place', { percentComplete: 50 }, { percentComplete: 50 }],
    [
      'what was told, where a member says nothing',
      { percentComplete: undefined, summary: undefined },
      { percentComplete: 40 },
    ],
    ['no secret', { summary: 'at a-secret-value' }, { percentComplete: 40, summary: 'at [withheld]' }],
  ])('is %s, within ten seconds', async (_what, progress, expected) => {
    expect(await tell(jobService, waiting(), progress)).toEqual({
      told: 'noted',
      heard: [[{ run: 3, progress: expected }, 10_000]],
    });
  });

  it.each<[string, Partial<Waiting>, number]>([
    ['when it would be over', {}, 60_000],
    ['when its silence would be over', { silenceMs: 20_000 }, 20_000],
    ['when it would be over, before its silence is', { silenceMs: 90_000 }, 60_000],
  ])('of what a message brings back is a sign of life alone: looked after %s', async (_when, more, dueInMs) => {
    expect(await tell(byMessage, waiting(more), { percentComplete: 50 })).toEqual({
      told: 'noted',
      heard: [[{ run: 3, progress: { percentComplete: 40 }, dueAt: NOW + dueInMs }, 10_000]],
    });
  });

  it('is closed where it was decided between the two calls', async () => {
    expect((await tell(jobService, waiting(), {}, false)).told).toBe('closed');
  });

  it.each<[string, EntryState, string]>([
    ['a decision', { kind: 'decided', decision: {} as never, decidedAt: 1 }, 'closed'],
    ['an end that has come', waiting({ awaitsUntil: NOW }), 'closed'],
    ['an end a millisecond later', waiting({ awaitsUntil: NOW + 1 }), 'noted'],
    ['a run of the logic', waiting({ awaitsUntil: undefined }), 'not yet'],
    ['an attempt at work', { kind: 'running', owner: 'a', until: NOW }, 'not yet'],
    ['an attempt that was given back', { kind: 'given-back' }, 'not yet'],
  ])('meets %s: %j gives %s', async (_what, state, expected) => {
    const { told, heard } = await tell(jobService, state, {});
    expect([told, heard.length]).toEqual([expected, expected === 'noted' ? 1 : 0]);
  });
});

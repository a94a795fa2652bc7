import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedEnd, fitted } from '../../lib/core/decision.ts';
import { type Entry, isKnownUnreported } from '../../lib/core/ledger/entry.ts';
import type { Ledger } from '../../lib/core/ledger/ledger.ts';
import { createMemoryLedger } from '../../lib/core/ledger/memory-ledger.ts';
import { type LedgerTable, startLedgerTable } from './ledger-table.ts';
import { decisionOf, failure, lease, newDelivery, second, soon, success } from './ledger-values.ts';

let table: LedgerTable;
beforeAll(async () => {
  table = await startLedgerTable();
});
afterAll(() => table?.close());

describe.each<[string, () => Ledger]>([
  ['the table', () => table.ledger()],
  ['the memory', () => createMemoryLedger()],
])('the ledger in %s', (_name, createLedger) => {
  it('keeps what is owed from the first delivery on', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({ kind: 'run', died: false });
    const entry = await ledger.read(delivery.key, soon());
    expect(entry).toMatchObject({
      key: delivery.key,
      region: 'us-east-1',
      ticket: delivery.ticket,
      run: 1,
      requestId: 'request-a',
      state: { kind: 'running', owner: 'a' },
    });
    expect((await ledger.list(5_000)).map(({ key }) => key)).toContain(delivery.key);
  });

  it('gives an entry to one of fifty that ask at the same moment', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    const found = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ledger.take(delivery, lease(`owner-${index}`), soon())),
    );
    expect(found.filter(({ kind }) => kind === 'run')).toHaveLength(1);
    expect(found.filter(({ kind }) => kind === 'busy')).toHaveLength(49);
  });

  it('makes one of fifty different decisions, and tells it to all', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const decided = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ledger.decide(delivery.key, fitted(failedEnd(`reason ${index}`, 'failed')), { entry: 'must stand' }, soon()),
      ),
    );
    expect(decided.filter((each) => each?.isOwn)).toHaveLength(1);
    expect(new Set(decided.map((each) => JSON.stringify(decisionOf(each?.entry)))).size).toBe(1);
    expect(decisionOf(await ledger.read(delivery.key, soon()))).toEqual(decisionOf(decided[0]?.entry));
  });

  it('decides what nobody took only in the name of a delivery', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    expect(await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon())).toBeUndefined();
    expect(await ledger.read(delivery.key, soon())).toBeUndefined();
    expect(await ledger.decide(delivery.key, failure, { asked: delivery }, soon())).toMatchObject({
      isOwn: true,
      entry: { ticket: delivery.ticket, run: 1 },
    });
    expect(await ledger.take(delivery, lease('a'), soon())).toMatchObject({ kind: 'decided', decision: failure });
  });

  it('decides for an attempt only while its lease is its own', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a', -1), soon());
    await ledger.take(delivery, lease('b'), soon());
    expect(await ledger.decide(delivery.key, success, { owner: 'a' }, soon())).toMatchObject({
      isOwn: false,
      entry: { state: { kind: 'running', owner: 'b' } },
    });
    expect(await ledger.decide(delivery.key, failure, { owner: 'b' }, soon())).toMatchObject({ isOwn: true });
  });

  it('hands an entry over when its lease has run out, and says that its owner died', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a', -1_000), soon());
    expect(await ledger.take(delivery, lease('b'), soon())).toMatchObject({ kind: 'run', died: true });
    expect(await ledger.take(delivery, lease('c'), soon())).toMatchObject({ kind: 'busy' });
  });

  it('hands an entry over at once that was given back, without calling its owner dead', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.giveBack(delivery.key, 'b', {}, soon());
    expect(await ledger.take(delivery, lease('c'), soon())).toMatchObject({ kind: 'busy' });
    await ledger.giveBack(delivery.key, 'a', { acknowledged: 'unknown' }, soon());
    expect(await ledger.take(delivery, lease('c'), soon())).toMatchObject({
      kind: 'run',
      died: false,
      entry: { acknowledged: 'unknown' },
    });
  });

  it('lets an attempt that has given its entry back neither decide nor wait', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.giveBack(delivery.key, 'a', {}, soon());
    const givenBack = { state: { kind: 'given-back' }, run: 1 };
    expect(await ledger.decide(delivery.key, success, { owner: 'a' }, soon())).toMatchObject({
      isOwn: false,
      entry: givenBack,
    });
    expect(await ledger.wait(delivery.key, 'a', second(), soon())).toMatchObject(givenBack);
    expect(await ledger.read(delivery.key, soon())).toMatchObject(givenBack);
  });

  it('keeps when the work and its run began, across leases and runs', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const { openedAt = 0, takenAt = 0 } = (await ledger.read(delivery.key, soon())) ?? {};
    expect(takenAt).toBe(openedAt);
    await ledger.giveBack(delivery.key, 'a', {}, soon());
    expect(await ledger.take(delivery, lease('b'), soon())).toMatchObject({ entry: { openedAt, takenAt } });
    await ledger.wait(delivery.key, 'b', second(), soon());
    const later = newDelivery({ key: delivery.key, run: 2 });
    expect(await ledger.take(later, lease('c'), soon())).toMatchObject({ kind: 'run', entry: { openedAt, run: 2 } });
  });

  it('waits without a ticket where each run brings a new one, and runs when it is due', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.noteAcknowledged(delivery.key, soon());
    const dueAt = Date.now() + 60_000;
    expect(await ledger.wait(delivery.key, 'a', second({ dueAt, left: { n: 1 } }), soon())).toBeUndefined();
    const waiting = await ledger.read(delivery.key, soon());
    expect(waiting).toMatchObject({ run: 2, state: { kind: 'waiting', dueAt, progress: { summary: 'half' } } });
    expect(waiting?.ticket).toBeUndefined();
    expect(waiting?.acknowledged).toBeUndefined();
    // The run that put it off, again; and the next one, too early.
    expect(await ledger.take(delivery, lease('b'), soon())).toMatchObject({ kind: 'wait', waiting: { dueAt } });
    const next = newDelivery({ key: delivery.key, run: 2, ticket: { region: 'us-east-1', data: { jobId: 'y' } } });
    expect(await ledger.take(next, lease('b'), soon())).toMatchObject({ kind: 'wait', waiting: { dueAt } });
  });

  it('notes signs of life of whoever is to answer, and finds them late after their silence', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const heard = { run: 2, progress: { percentComplete: 40 } };
    expect(await ledger.noteHeard(delivery.key, heard, soon())).toBe(false);
    const waiting = second({ awaitsUntil: Date.now() + 60_000, silenceMs: 400, progress: { summary: 'begun' } });
    await ledger.wait(delivery.key, 'a', waiting, soon());
    expect(await ledger.noteHeard(delivery.key, { ...heard, run: 3 }, soon())).toBe(false);
    expect(await ledger.noteHeard(delivery.key, { ...heard, dueAt: 5 }, soon())).toBe(true);
    expect(await ledger.read(delivery.key, soon())).toMatchObject({
      state: { kind: 'waiting', dueAt: 5, progress: { percentComplete: 40 }, silenceMs: 400 },
    });
    const next = { ...delivery, run: 2 };
    await expect.poll(() => ledger.take(next, lease('b'), soon())).toMatchObject({ kind: 'late', silenceMs: 400 });
    await ledger.decide(delivery.key, failure, { asked: next }, soon());
    expect(await ledger.noteHeard(delivery.key, heard, soon())).toBe(false);
  });

  it('keeps what an answer is left to until that is decided, and forgets it when the logic runs again', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild', jsonVersion: '1.1' } as const;
    const execution = { id: 'shop:1', stop: { api, operation: 'StopBuild', input: { id: 'shop:1' } } };
    await ledger.wait(delivery.key, 'a', second({ execution }), soon());
    await ledger.take({ ...delivery, run: 2 }, lease('b'), soon());
    await ledger.wait(delivery.key, 'b', second({ run: 3 }), soon());
    expect((await ledger.read(delivery.key, soon()))?.execution).toBeUndefined();
    await ledger.take({ ...delivery, run: 3 }, lease('c'), soon());
    await ledger.wait(delivery.key, 'c', second({ run: 4, awaitsUntil: Date.now() + 60_000, execution }), soon());
    const decided = await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(decided).toMatchObject({ isOwn: true, entry: { execution } });
  });

  it('gives the next run what the last one left, small or large', async () => {
    for (const left of [{ n: 1 }, 'ä'.repeat(150_000), null]) {
      const ledger = createLedger();
      const delivery = newDelivery();
      await ledger.take(delivery, lease('a'), soon());
      await ledger.wait(delivery.key, 'a', second({ left }), soon());
      const found = await ledger.take({ ...delivery, run: 2 }, lease('b'), soon());
      expect(found).toMatchObject({ kind: 'run', died: false, entry: { run: 2, ticket: delivery.ticket } });
      if (found.kind === 'run') expect(await ledger.left(found.entry, soon())).toEqual(left);
      expect(await ledger.take(delivery, lease('c'), soon())).toEqual({ kind: 'superseded' });
    }
  });

  it('waits for somebody else until its time is over', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    const awaitsUntil = Date.now() + 400;
    await ledger.wait(delivery.key, 'a', second({ awaitsUntil, keepsTicket: true }), soon());
    const next = { ...delivery, run: 2 };
    expect(await ledger.take(next, lease('b'), soon())).toMatchObject({
      kind: 'wait',
      entry: { ticket: delivery.ticket },
    });
    await expect
      .poll(() => ledger.take(next, lease('b'), soon()))
      .toMatchObject({ kind: 'late', awaitedUntil: awaitsUntil });
    await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(await ledger.take(next, lease('b'), soon())).toMatchObject({
      kind: 'decided',
      decision: success,
      entry: { state: { awaitedUntil: awaitsUntil } },
    });
  });

  it('gives back without the ticket that is used up, and forgets who acknowledged it', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.noteAcknowledged(delivery.key, soon());
    await ledger.giveBack(delivery.key, 'a', { dropsTicket: true }, soon());
    const entry = await ledger.read(delivery.key, soon());
    expect(entry).toMatchObject({ state: { kind: 'given-back' } });
    expect([entry?.ticket, entry?.acknowledged]).toEqual([undefined, undefined]);
  });

  it('notes that a job was acknowledged', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    expect((await ledger.read(delivery.key, soon()))?.acknowledged).not.toBe('yes');
    await ledger.noteAcknowledged(delivery.key, soon());
    expect(await ledger.read(delivery.key, soon())).toMatchObject({ acknowledged: 'yes', ticket: delivery.ticket });
    const ticket = { region: 'us-east-1', data: { jobId: 'y' } };
    await ledger.noteAcknowledged(delivery.key, soon(), ticket);
    expect(await ledger.read(delivery.key, soon())).toMatchObject({ acknowledged: 'yes', ticket });
  });

  it('keeps what a run leaves as JSON has it, whatever becomes of the object afterwards', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    const left = { since: new Date(0), tries: [1] };
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ left: left as never }), soon());
    left.tries.push(2);
    const entry = (await ledger.read(delivery.key, soon())) as Entry;
    expect(await ledger.left(entry, soon())).toEqual({ since: '1970-01-01T00:00:00.000Z', tries: [1] });
  });

  it('makes nothing of what is not there: no sign of life, no decision that stands, nothing to amend', async () => {
    const ledger = createLedger();
    const absent = newDelivery().key;
    expect(await ledger.noteHeard(absent, { run: 2, progress: {} }, soon())).toBe(false);
    expect(await ledger.decide(absent, success, { entry: 'must stand' }, soon())).toBeUndefined();
    expect(await ledger.decide(absent, success, { owner: 'a' }, soon())).toBeUndefined();
    expect(await ledger.amend(absent, success, failure, soon())).toEqual(failure);
    expect(await ledger.read(absent, soon())).toBeUndefined();
  });

  it('makes the same decision once, though it comes again word for word', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    expect(await ledger.decide(delivery.key, success, { owner: 'a' }, soon())).toMatchObject({ isOwn: true });
    const decidedAt = Date.now();
    await expect.poll(() => Date.now()).toBeGreaterThan(decidedAt);
    expect(await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon())).toMatchObject({ isOwn: false });
  });

  it('keeps a decision that was made in the name of a delivery, whoever decides for it again', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    expect(await ledger.decide(delivery.key, success, { asked: delivery }, soon())).toMatchObject({ isOwn: true });
    expect(await ledger.decide(delivery.key, failure, { asked: delivery }, soon())).toMatchObject({ isOwn: false });
    expect(decisionOf(await ledger.read(delivery.key, soon()))).toEqual(success);
  });

  it.each([
    [undefined, undefined],
    [60_000, expect.any(Number)],
  ])('knows since when somebody is silent where that matters: %s', async (silenceMs, heardAt) => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ awaitsUntil: Date.now() + 60_000, silenceMs }), soon());
    expect((await ledger.read(delivery.key, soon()))?.state).toMatchObject({ kind: 'waiting', heardAt });
  });

  it('leaves nothing of one run to the next but one', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ left: { tries: 1 } }), soon());
    await ledger.take({ ...delivery, run: 2 }, lease('b'), soon());
    await ledger.wait(delivery.key, 'b', second({ run: 3 }), soon());
    const found = await ledger.take({ ...delivery, run: 3 }, lease('c'), soon());
    expect(found.kind === 'run' && (await ledger.left(found.entry, soon()))).toBeUndefined();
  });

  it('lists entries in the order in which they were opened, and knows nothing of what is not there', async () => {
    const ledger = createLedger();
    const keys: string[] = [];
    for (let count = 0; count < 3; count++) {
      const delivery = newDelivery();
      keys.unshift(delivery.key);
      await ledger.take(delivery, lease('a'), soon());
      const before = Date.now();
      await expect.poll(() => Date.now()).toBeGreaterThan(before);
    }
    const absent = newDelivery().key;
    await ledger.noteAcknowledged(absent, soon());
    await ledger.noteReported(absent, true, soon());
    await ledger.giveBack(absent, 'a', {}, soon());
    expect(await ledger.wait(absent, 'a', second(), soon())).toBeUndefined();
    const listed = (await ledger.list(5_000)).map(({ key }) => key);
    expect(listed.filter((key) => keys.includes(key))).toEqual(keys.toReversed());
    expect(listed).not.toContain(absent);
  });

  it('puts nothing off that has been decided, or that another attempt has', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.take(delivery, lease('a'), soon());
    expect(await ledger.wait(delivery.key, 'b', second(), soon())).toMatchObject({ state: { owner: 'a' } });
    await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(decisionOf(await ledger.wait(delivery.key, 'a', second(), soon()))).toEqual(success);
  });

  it('says that a later run is lost whose entry is gone, or has not come to it', async () => {
    const ledger = createLedger();
    const delivery = newDelivery({ run: 2 });
    expect(await ledger.take(delivery, lease('a'), soon())).toEqual({ kind: 'lost' });
    await ledger.take({ ...delivery, run: 1 }, lease('a'), soon());
    expect(await ledger.take(delivery, lease('b'), soon())).toEqual({ kind: 'ahead', run: 2, entryRun: 1 });
  });

  it('amends the decision that was refused, and no other', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    await ledger.decide(delivery.key, success, { asked: delivery }, soon());
    const other = fitted(failedEnd('other', 'failed'));
    expect(await ledger.amend(delivery.key, failure, other, soon())).toEqual(success);
    expect(await ledger.amend(delivery.key, success, failure, soon())).toEqual(failure);
  });

  it('knows of what nobody was told: without a ticket, or where somebody noted it', async () => {
    const ledger = createLedger();
    const delivery = newDelivery();
    const isUnreported = async () => isKnownUnreported((await ledger.read(delivery.key, soon())) as Entry);
    await ledger.take(delivery, lease('a'), soon());
    await ledger.wait(delivery.key, 'a', second({ awaitsUntil: Date.now() + 60_000 }), soon());
    expect(await isUnreported()).toBe(false);
    await ledger.decide(delivery.key, success, { entry: 'must stand' }, soon());
    expect(await isUnreported()).toBe(true);
    await ledger.noteReported(delivery.key, true, soon());
    expect(await isUnreported()).toBe(false);
    await ledger.noteReported(delivery.key, false, soon());
    expect(await isUnreported()).toBe(true);
  });
});

import { encodeCallback } from 'ringback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeContinuation } from '../../../lib/core/continuation.ts';
import { claim, createLedgerFixture, createTable, jobCallback, type LedgerFixture, soon } from './ledger-fixture.ts';

const HOUR_MS = 3_600_000;

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  await fillLedger(fixture);
});
afterAll(() => fixture.close());

/** One entry in each state that there is. */
async function fillLedger({ ledger }: LedgerFixture): Promise<void> {
  await ledger.open(jobCallback('is-running'), claim({ requestId: 'request-of-running' }), soon());
  await ledger.open(jobCallback('has-died'), claim({ leaseMs: -1_000 }), soon());
  const retrying = claim();
  await ledger.open(jobCallback('retries'), retrying, soon());
  await ledger.release(jobCallback('retries'), retrying, soon());
  const waiting = claim();
  await ledger.open(jobCallback('waits'), waiting, soon());
  const dueAt = Date.now() + HOUR_MS;
  await ledger.postpone(
    jobCallback('waits'),
    waiting,
    { kind: 'postponed', run: 2, dueAt, token: await token('waits', undefined) },
    soon(),
  );
  await defer('is-deferred', Date.now() + HOUR_MS);
  await defer('is-overdue', Date.now() - HOUR_MS);
  await defer('is-completed', Date.now() + HOUR_MS);
  await ledger.decide(jobCallback('is-completed/deferred'), { kind: 'succeeded', details: {} }, soon());
  await ledger.open(jobCallback('has-failed'), claim(), soon());
  const reason = 'the cause stands at the end';
  await ledger.decide(jobCallback('has-failed'), { kind: 'failed', reason, category: 'failed', details: {} }, soon());

  async function defer(id: string, until: number): Promise<void> {
    await ledger.open(jobCallback(id), claim(), soon());
    const decision = { kind: 'continued', token: await token(id, until), deferral: id, details: {} } as const;
    await ledger.decide(jobCallback(id), decision, soon());
  }

  function token(id: string, until: number | undefined): Promise<string> {
    const deferral = until === undefined ? {} : { deferral: { id, until } };
    return encodeContinuation(
      { run: 2, notBefore: 0, startedAt: 0, state: null, ...deferral },
      { limit: 2048, callback: jobCallback(id), ledger, until: soon() },
    );
  }
}

async function list(...args: string[]) {
  const { code, stdout, stderr } = await fixture.run(['open', '--json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('ringback open', () => {
  it('lists what nobody has decided, oldest first, and what holds it', async () => {
    const { table, region, callbacks } = await list();
    expect({ table, region }).toEqual({ table: fixture.tableName, region: 'us-east-1' });
    expect(callbacks.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      ['is-running', 'running'],
      ['has-died', 'died'],
      ['retries', 'retrying'],
      ['waits', 'waiting'],
      ['is-deferred', 'deferred'],
      ['is-overdue', 'overdue'],
    ]);
    expect(callbacks[0]).toMatchObject({ service: 'codepipeline', requestId: 'request-of-running' });
    expect(callbacks[0].ageSeconds).toBeGreaterThanOrEqual(0);
    expect(Date.parse(callbacks[4].until) - Date.parse(callbacks[4].openedAt)).toBeCloseTo(HOUR_MS, -4);
  });

  it('lists what is decided, too, when asked for all', async () => {
    const { callbacks } = await list('--all');
    expect(callbacks).toHaveLength(8);
    expect(callbacks.slice(-2)).toEqual([
      expect.objectContaining({ id: 'is-completed', state: 'succeeded' }),
      expect.objectContaining({ id: 'has-failed', state: 'failed', reason: 'the cause stands at the end' }),
    ]);
  });

  it('shows the encoded callback only when asked to', async () => {
    const secret = encodeCallback(jobCallback('is-running'));
    expect(JSON.stringify(await list())).not.toContain(secret);
    expect((await list('--show-callback')).callbacks[0].callback).toBe(secret);
    expect((await fixture.run(['open'])).stdout).not.toContain(secret);
    expect((await fixture.run(['open', '--show-callback'])).stdout).toContain(secret);
  });

  it('prints one row a callback for people', async () => {
    const { stdout } = await fixture.run(['open', '--all']);
    const [head, running, died] = stdout.split('\n');
    expect(head).toMatch(/^AGE +SERVICE:ID +REQUEST +STATE$/);
    expect(running).toMatch(/^\d+ s +codepipeline:is-running +request-of-running +running, \d+ s left at most$/);
    expect(died).toMatch(/ codepipeline:has-died +request-1 +its process died$/);
    expect(stdout).toMatch(/codepipeline:waits .* runs again in (1 h|59 min)/);
    expect(stdout).toMatch(/codepipeline:is-deferred .* deferred, (1 h|59 min).* left$/m);
    expect(stdout).toMatch(/codepipeline:is-overdue .* overdue for 1 h/);
    expect(stdout).toContain('failed: the cause stands at the end');
    expect(stdout).toContain(`8 callbacks in ${fixture.tableName}`);
  });

  it('finds the ledger of a stack by its name, but not that of a stack whose name only begins so', async () => {
    await createTable(fixture.call, 'Shop-Two-RingbackLedger0A1B2C3D-9ZZZZZZZZ9ZZZ');
    expect((await list('--stack', 'Shop')).table).toBe(fixture.tableName);
    expect((await list('--stack', 'Shop-Two')).callbacks).toEqual([]);
    expect(await fixture.run(['open', '--stack', 'Sho'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^ringback: stack Sho has no ledger table in us-east-1; ledgers there: .*Shop-Ring/,
      ),
    });
  });

  it('says so when nothing is open', async () => {
    await createTable(fixture.call, 'empty');
    const { code, stdout } = await fixture.run(['open', '--table', 'empty']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '✔ no open callbacks in empty\n' });
  });

  it('leaves out entries that have expired although DynamoDB has not deleted them yet', async () => {
    await createTable(fixture.call, 'old');
    await fixture.call('PutItem', {
      TableName: 'old',
      Item: {
        id: { S: 'codepipeline#x' },
        status: { S: 'INPROGRESS' },
        expiration: { N: '1000' },
        callback: { S: encodeCallback(jobCallback('x')) },
      },
    });
    expect((await list('--table', 'old', '--all')).callbacks).toEqual([]);
  });
});

describe('a ledger that cannot be read', () => {
  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['no table is named', [], { RINGBACK_LEDGER_TABLE: '' }, /no ledger table is named: pass --table/],
    ['no region is named', [], { AWS_REGION: '' }, /no AWS region is named: pass --region/],
    ['the table does not exist', ['--table', 'nowhere'], {}, /nowhere in us-east-1 .* there is no such table; check/],
    ['nobody listens', [], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, /got no answer from 127\.0\.0\.1:9.*check the/],
    ['two are named', ['--table', 'a', '--stack', 'b'], {}, /give --table or --stack, not both/],
  ])('%s: one line that says what to do, exit code 2', async (_case, args, env, message) => {
    const { code, stdout, stderr } = await fixture.run(['open', ...args], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

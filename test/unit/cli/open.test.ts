import { encodeCallback } from 'ringback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitted } from '../../../lib/core/decision.ts';
import {
  asked,
  createLedgerFixture,
  createTable,
  jobCallback,
  jobKey,
  type LedgerFixture,
  lease,
  soon,
  succeeded,
  take,
  takeAndWait,
} from './ledger-fixture.ts';

const HOUR_MS = 3_600_000;

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await createLedgerFixture();
  await fillLedger(fixture);
});
afterAll(() => fixture.close());

/** One entry in each state that there is. */
async function fillLedger({ ledger, call, tableName }: LedgerFixture): Promise<void> {
  await take(ledger, 'is-running', { requestId: 'request-of-running' });
  await take(ledger, 'has-died', { until: Date.now() - 1_000 });
  await ledger.giveBack(jobKey('retries'), await take(ledger, 'retries'), {}, soon());
  await takeAndWait(ledger, 'waits', { dueAt: Date.now() + HOUR_MS });
  await takeAndWait(ledger, 'is-deferred', { awaitsUntil: Date.now() + HOUR_MS });
  await takeAndWait(ledger, 'is-overdue', { awaitsUntil: Date.now() - HOUR_MS });
  await takeAndWait(ledger, 'is-completed', { awaitsUntil: Date.now() + HOUR_MS });
  await ledger.decide(jobKey('is-completed'), succeeded, { entry: 'must stand' }, soon());
  await take(ledger, 'not-told');
  await ledger.decide(jobKey('not-told'), succeeded, { entry: 'must stand' }, soon());
  await ledger.noteReported(jobKey('not-told'), false, soon());
  await take(ledger, 'has-succeeded');
  await ledger.decide(jobKey('has-succeeded'), succeeded, { entry: 'must stand' }, soon());
  const failure = { kind: 'failed', reason: 'the cause stands at the end', category: 'failed', details: {} } as const;
  await take(ledger, 'has-failed');
  await ledger.decide(jobKey('has-failed'), fitted(failure), { entry: 'must stand' }, soon());
  await call('PutItem', {
    TableName: tableName,
    Item: {
      id: { S: jobKey('of-tomorrow') },
      status: { S: 'INPROGRESS' },
      version: { N: '2' },
      opened_at: { N: `${Date.now()}` },
    },
  });
}

async function list(...args: string[]) {
  const { code, stdout, stderr } = await fixture.run(['open', '--json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('ringback open', () => {
  it('lists what needs an answer or a look, oldest first, and what holds it', async () => {
    const { table, region, callbacks } = await list();
    expect({ table, region }).toEqual({ table: fixture.tableName, region: 'us-east-1' });
    expect(callbacks.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      ['is-running', 'running'],
      ['has-died', 'died'],
      ['retries', 'retrying'],
      ['waits', 'waiting'],
      ['is-deferred', 'deferred'],
      ['is-overdue', 'overdue'],
      ['is-completed', 'unreported'],
      ['not-told', 'unreported'],
      ['of-tomorrow', 'unreadable'],
    ]);
    expect(callbacks[0]).toMatchObject({ service: 'codepipeline', requestId: 'request-of-running' });
    expect(callbacks[0].ageSeconds).toBeGreaterThanOrEqual(0);
    expect(Date.parse(callbacks[4].until) - Date.parse(callbacks[4].openedAt)).toBeCloseTo(HOUR_MS, -4);
  });

  it('lists what is decided, too, when asked for all', async () => {
    const { callbacks } = await list('--all');
    expect(callbacks).toHaveLength(11);
    expect(callbacks.slice(-3, -1)).toEqual([
      expect.objectContaining({ id: 'has-succeeded', state: 'succeeded' }),
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
    expect(running).toMatch(/^\d.* codepipeline:is-running +request-of-running +running, (1 h|59 min).* left at most$/);
    expect(died).toMatch(/ codepipeline:has-died +request-1 +its process died$/);
    expect(stdout).toMatch(/codepipeline:waits .* runs again in (1 h|59 min)/);
    expect(stdout).toMatch(/codepipeline:is-deferred .* deferred, (1 h|59 min).* left$/m);
    expect(stdout).toMatch(/codepipeline:is-overdue .* overdue for 1 h/);
    expect(stdout).toMatch(/codepipeline:is-completed .* succeeded, not reported yet$/m);
    expect(stdout).toMatch(
      /codepipeline:of-tomorrow .* its entry in the ledger is of version 2, and this function knows 1$/m,
    );
    expect(stdout).toContain('failed: the cause stands at the end');
    expect(stdout).toContain(`11 callbacks in ${fixture.tableName}`);
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

it('gives the age of the whole work, from its first delivery across its continuations', async () => {
  const { ledger, call, tableName } = fixture;
  await takeAndWait(ledger, 'goes-on');
  await call('UpdateItem', {
    TableName: tableName,
    Key: { id: { S: jobKey('goes-on') } },
    UpdateExpression: 'SET opened_at = :at',
    ExpressionAttributeValues: { ':at': { N: String(Date.now() - 5 * HOUR_MS) } },
  });
  await take(ledger, 'goes-on', {}, 2);
  const { callbacks } = await list();
  expect(callbacks[0]).toMatchObject({ id: 'goes-on', state: 'running' });
  expect(callbacks[0].ageSeconds).toBeGreaterThanOrEqual((5 * HOUR_MS) / 1000);
  await ledger.decide(jobKey('goes-on'), succeeded, { entry: 'must stand' }, soon());
});

describe('entries that others wrote, or that are damaged', () => {
  let other: LedgerFixture;
  beforeAll(async () => {
    other = await createLedgerFixture();
    const put = (id: string, item: object) =>
      other.call('PutItem', { TableName: other.tableName, Item: { id: { S: id }, ...item } });
    const sound = {
      status: { S: 'INPROGRESS' },
      version: { N: '1' },
      phase: { S: 'waiting' },
      run: { N: '2' },
      due_at: { N: '0' },
      region: { S: 'us-east-1' },
      opened_at: { N: String(Date.now()) },
      progress: { S: '{}' },
    };
    await put('codepipeline#state', { ...sound, state: { S: '{"attempt":' } });
    await put('codepipeline#ticket', { ...sound, ticket: { S: 'null' } });
    await put('codepipeline#opened', { ...sound, opened_at: { N: '1e30' }, due_at: { N: '1e30' } });
    await put('codepipeline#decision', { ...sound, status: { S: 'COMPLETED' }, data: { S: '{"kind":"cancelled"}' } });
    await put('codepipeline#types', { ...sound, run: { S: 'two' }, opened_at: { BOOL: true }, phase: { N: '4' } });
    await put('codepipeline#phase', { ...sound, phase: { S: 'constructor' } });
    await put('codepipeline#region', { ...sound, region: { S: 'x@127.0.0.1:46512/#' } });
    await put('of-another-program', { status: { S: 'INPROGRESS' } });
    const { status: _status, ...withoutStatus } = sound;
    await put('codepipeline#lost-status', withoutStatus);
    await put('codepipeline#lost-all', { region: { S: 'us-east-1' } });
    await put('codepipeline#status-of-5', { status: { N: '5' } });
    // The state of a run: no entry.
    await put('codepipeline#sound#state#1', { state: { S: '{}' } });
    await put(ESCAPES, sound);
    await take(other.ledger, 'sound');
  });
  afterAll(() => other.close());
  // Clears the screen, by the codes of seven and of eight bits, and turns the direction of the text around.
  const ESCAPES = 'codepipeline#\u001b[2J\u009b2Jid\r\n\u202eend';

  it('are named, and the others are listed', async () => {
    const { code, stdout } = await other.run(['open', '--json', '--show-callback']);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout).callbacks.map(({ id, state, problem, callback }: Record<string, string>) => ({
      id,
      state,
      ...(problem === undefined ? {} : { problem: problem.replace('its entry in the ledger ', '') }),
      hasCallback: callback !== undefined,
    }));
    const unreadable = { state: 'unreadable', hasCallback: false };
    const answerable = { state: 'waiting', hasCallback: true };
    expect(new Set(listed)).toEqual(
      new Set([
        { ...unreadable, id: 'state', problem: 'is damaged: its attribute state is not what an entry has there' },
        { ...unreadable, id: 'ticket', problem: 'is damaged: its attribute ticket is not what an entry has there' },
        { ...unreadable, id: 'decision', problem: 'holds a decision that is neither success nor failure' },
        { ...unreadable, id: 'types', problem: 'is damaged: its attribute run is not what an entry has there' },
        { ...unreadable, id: 'opened', problem: 'is damaged: its attribute opened_at is not what an entry has there' },
        { ...unreadable, id: 'phase', problem: 'is in the unknown phase "constructor"' },
        { ...unreadable, id: 'region', problem: 'is damaged: its attribute region is not what an entry has there' },
        { ...unreadable, id: 'lost-status', problem: 'has the unknown status ""' },
        { ...unreadable, id: 'lost-all', problem: 'is of version (none), and this function knows 1' },
        { ...unreadable, id: 'status-of-5', problem: 'is of version (none), and this function knows 1' },
        { ...unreadable, id: 'of-another-program', problem: 'is of version (none), and this function knows 1' },
        { ...answerable, id: ESCAPES.replace('codepipeline#', '') },
        { state: 'running', hasCallback: true, id: 'sound' },
      ]),
    );
  });

  it('steer no terminal, and hide nothing on it', async () => {
    for (const args of [['open'], ['open', '--json']]) {
      const { stdout } = await other.run(args);
      expect(stdout).toContain('\\u001b[2J\\u009b2Jid');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    const { stdout } = await other.run(['open']);
    expect(stdout).toMatch(/ codepipeline:\\u001b\[2J\\u009b2Jid\\u000d\\u000a\\u202eend .* due to run again$/m);
    expect(stdout).toMatch(/ of-another-program .*version \(none\), and/);
  });

  it('are given to no run, which would begin without its state', async () => {
    expect(await other.ledger.take(asked('state', 2), lease(), soon())).toEqual({
      kind: 'unreadable',
      why: 'its entry in the ledger is damaged: its attribute state is not what an entry has there',
    });
  });

  it('keep the table of another program from being taken for a ledger', async () => {
    await other.call('CreateTable', {
      TableName: 'Orders',
      AttributeDefinitions: [{ AttributeName: 'order', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'order', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await other.call('PutItem', { TableName: 'Orders', Item: { order: { S: 'one' } } });
    for (const args of [['open'], ['complete', 'codepipeline:one', '--succeed'], ['progress', 'codepipeline:one']]) {
      expect(await other.run([...args, '--table', 'Orders'])).toEqual({
        code: 2,
        stdout: '',
        stderr: 'ringback: the table Orders is not a ledger: it has items without the text id\n',
      });
    }
  });

  it('are not completed', async () => {
    const { code, stderr } = await other.run(['complete', 'codepipeline:decision', '--succeed']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/codepipeline:decision cannot be completed: its entry in the ledger holds a decision that/);
    expect(await other.run(['complete', 'codepipeline:region', '--succeed'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'ringback: codepipeline:region cannot be completed: its entry in the ledger is damaged: its attribute region is not what an entry has there\n',
    });
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

import { type Callback, encodeCallback } from 'ringback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitted } from '../../../lib/core/decision.ts';
import {
  createLedgerFixture,
  createTable,
  jobCallback,
  jobKey,
  type LedgerFixture,
  soon,
  take,
  takeAndWait,
} from './ledger-fixture.ts';

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await createLedgerFixture();
});
afterAll(() => fixture.close());

/** An open callback; CodePipeline knows no such job, so that a decision ends `closed`. */
async function open(id: string): Promise<string> {
  await take(fixture.ledger, id);
  return encodeCallback(jobCallback(id));
}

async function decisionOf(id: string) {
  const state = (await fixture.ledger.read(jobKey(id), soon()))?.state;
  return state?.kind === 'decided' ? state.decision : undefined;
}

function complete(...args: string[]) {
  return fixture.run(['complete', ...args]);
}

describe('ringback complete', () => {
  it('stores the decision and says what stands', async () => {
    const callback = await open('encoded');
    const { code, stdout } = await complete(callback, '--succeed', '--details', '{"summary":"well done"}');
    expect(code).toBe(0);
    expect(stdout).toContain('✔ codepipeline job encoded is decided: succeeded');
    expect(stdout).toContain('its service had been answered before, or waits no more');
    expect(await decisionOf('encoded')).toEqual({ kind: 'succeeded', details: { summary: 'well done' } });
  });

  it('takes the region of an encoded callback where none is named', async () => {
    const callback = await open('own-region');
    const run = await fixture.run(['complete', callback, '--succeed'], { env: { AWS_REGION: '' } });
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes the whole id where it is also the beginning of another', async () => {
    await open('whole');
    await open('whole-other');
    expect((await complete('codepipeline:whole', '--fail', 'no')).code).toBe(0);
    expect(await decisionOf('whole')).toMatchObject({ kind: 'failed', reason: 'no', category: 'failed' });
    expect(await decisionOf('whole-other')).toBeUndefined();
  });

  it('refuses an id that no callback can have, in one line', async () => {
    const id = 'x'.repeat(1_100);
    await take(fixture.ledger, id);
    expect(await complete(`codepipeline:${id}`, '--succeed')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'ringback: the callback does not hold the id of a service that waits, but 1100 characters that are not one\n',
    });
  });

  it('repeats a decision without harm', async () => {
    const callback = await open('twice');
    expect((await complete(callback, '--fail', 'first')).code).toBe(0);
    expect((await complete(callback, '--fail', 'first')).code).toBe(0);
  });

  it('refuses another decision than the one that stands, and writes its reason out, exit code 1', async () => {
    await open('decided');
    await fixture.ledger.decide(
      jobKey('decided'),
      fitted({ kind: 'failed', reason: 'first\u009b2J', category: 'failed', details: {} }),
      { entry: 'must stand' },
      soon(),
    );
    const [json, text] = [
      await complete('codepipeline:dec', '--succeed', '--json'),
      await complete('codepipeline:dec', '--succeed'),
    ];
    expect([json.code, text.code]).toEqual([1, 1]);
    expect(JSON.parse(json.stdout)).toMatchObject({ decision: 'failed', accepted: false, reason: 'first\u009b2J' });
    expect(json.stdout).toContain('"first\\u009b2J"');
    expect(text.stdout).toContain('is decided: failed: first\\u009b2J');
  });

  it('takes what waits for the next continuation, and says that its service is not told yet', async () => {
    await takeAndWait(fixture.ledger, 'waiting', { awaitsUntil: Date.now() + 3_600_000 });
    const { code, stdout } = await complete('codepipeline:waiting', '--succeed');
    expect(code).toBe(0);
    expect(stdout).toContain("it stands in the ledger, and the service's next continuation carries it");
    expect((await fixture.ledger.read(jobKey('waiting'), soon()))?.ticket).toBeUndefined();
  });
});

describe('what complete cannot take', () => {
  beforeAll(async () => {
    for (const id of ['same-1', 'same-2', 'untouched']) await open(id);
    await createTable(fixture.call, 'other');
  });
  const encoded = (overrides: Partial<Callback> = {}) => encodeCallback({ ...jobCallback('untouched'), ...overrides });
  /** An encoded callback of any content. */
  const raw = (content: string) => `rb1.${Buffer.from(content).toString('base64url')}`;
  const foreign = encoded({ service: 'fax' });
  const untouched = 'codepipeline:untouched';

  it.each<[string, string[], RegExp]>([
    ['no callback', ['--succeed'], /name a callback/],
    ['a text that is none', ['hello', '--succeed'], /this is no callback: .* begins with "rb1\."/],
    ['a damaged callback', ['rb1.AAAA', '--succeed'], /the encoded callback is damaged/],
    ['a service nobody knows', [foreign, '--succeed'], /of service "fax", and this version knows codepipeline/],
    [
      'a region that is a host',
      [encoded({ region: 'x@127.0.0.1:9/#' }), '--succeed'],
      /the region of a service that waits/,
    ],
    [
      'an id without end',
      [encoded({ id: 'x'.repeat(1_025) }), '--succeed'],
      /the id of a service that waits, but 1025/,
    ],
    ['parts that are no text', [raw('["codepipeline",{"id":1},"us-east-1"]'), '--succeed'], /the id .*, but object/],
    ['a newer version', [raw('[]').replace('rb1', 'rb2'), '--succeed'], /is of version 2, and this copy .* knows 1/],
    [
      'a region of the option that is a host',
      [untouched, '--succeed', '--region', 'x@127.0.0.1:9/#'],
      /looks like eu-c/,
    ],
    ['no outcome', [untouched], /say how it ends: --succeed, or --fail REASON/],
    ['two outcomes', [untouched, '--succeed', '--fail', 'x'], /--succeed and --fail are both given/],
    ['an empty reason', [untouched, '--fail', ' '], /--fail needs a reason/],
    ['details that are no JSON', [untouched, '--succeed', '--details', '{'], /--details is not JSON/],
    ['details that are no object', [untouched, '--succeed', '--details', '[1]'], /must be a JSON object/],
    ['a misspelt detail', [untouched, '--succeed', '--details', '{"variable":{}}'], /"variable" is none of variables/],
    ['an unknown failure type', [untouched, '--fail', 'x', '--details', '{"type":"Nope"}'], /cannot carry "type"/],
    [
      'an id nobody has',
      ['codepipeline:nobody', '--succeed'],
      /has no callback codepipeline:nobody; ringback open lists/,
    ],
    [
      'two that begin so',
      ['codepipeline:same', '--succeed'],
      /2 callbacks begin so, .*: codepipeline:same-1, codepipeline:same-2/,
    ],
    ['the wrong table', [encoded(), '--succeed', '--table', 'other'], /other has no entry for codepipeline:untouched/],
    ['no such table', [encoded(), '--succeed', '--table', 'nowhere'], /nowhere .* there is no such table/],
  ])('%s: one line, exit code 2, and nothing is decided', async (_case, args, message) => {
    const { code, stdout, stderr } = await complete(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(encoded());
    expect(await decisionOf('untouched')).toBeUndefined();
  });

  it('no table: it says so, and decides nothing in a memory of its own', async () => {
    const run = await fixture.run(['complete', encoded(), '--succeed'], { env: { RINGBACK_LEDGER_TABLE: '' } });
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/no ledger table is named: pass/) });
    expect(await decisionOf('untouched')).toBeUndefined();
  });
});

import { encodeCallback } from 'ringback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claim, createLedgerFixture, createTable, jobCallback, type LedgerFixture, soon } from './ledger-fixture.ts';

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await createLedgerFixture();
});
afterAll(() => fixture.close());

/** An open callback; CodePipeline knows no such job, so that a decision ends `closed`. */
async function open(id: string): Promise<string> {
  await fixture.ledger.open(jobCallback(id), claim(), soon());
  return encodeCallback(jobCallback(id));
}

async function decisionOf(id: string) {
  return (await fixture.ledger.read(jobCallback(id), soon()))?.decision;
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

  it('repeats a decision without harm, and refuses another, exit code 1', async () => {
    const callback = await open('twice');
    expect((await complete(callback, '--fail', 'first')).code).toBe(0);
    expect((await complete(callback, '--fail', 'first')).code).toBe(0);
    for (const name of [callback, 'codepipeline:tw']) {
      const { code, stdout } = await complete(name, '--succeed', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ decision: 'failed', accepted: false, reason: 'first' });
    }
  });
});

describe('what complete cannot take', () => {
  beforeAll(async () => {
    for (const id of ['same-1', 'same-2', 'untouched']) await open(id);
    await createTable(fixture.call, 'other');
  });
  const encoded = encodeCallback(jobCallback('untouched'));
  const foreign = encodeCallback({ ...jobCallback('x'), service: 'fax' });
  const untouched = 'codepipeline:untouched';

  it.each<[string, string[], RegExp]>([
    ['no callback', ['--succeed'], /name a callback/],
    ['a text that is none', ['hello', '--succeed'], /this is no callback: .* begins with "rb1\."/],
    ['a damaged callback', ['rb1.AAAA', '--succeed'], /the encoded callback is damaged/],
    ['a service nobody knows', [foreign, '--succeed'], /of service "fax", and this version knows codepipeline/],
    ['no outcome', [untouched], /say how it ends: --succeed, or --fail REASON/],
    ['two outcomes', [untouched, '--succeed', '--fail', 'x'], /say how it ends/],
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
    ['the wrong table', [encoded, '--succeed', '--table', 'other'], /other has no entry for codepipeline:untouched/],
    ['no such table', [encoded, '--succeed', '--table', 'nowhere'], /nowhere .* there is no such table/],
  ])('%s: one line, exit code 2, and nothing is decided', async (_case, args, message) => {
    const { code, stdout, stderr } = await complete(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(encoded);
    expect(await decisionOf('untouched')).toBeUndefined();
  });
});

import { encodeCallback } from 'ringback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createLedgerFixture,
  jobCallback,
  jobKey,
  type LedgerFixture,
  soon,
  succeeded,
  take,
  takeAndWait,
} from './ledger-fixture.ts';

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await createLedgerFixture();
});
afterAll(() => fixture.close());

const awaitsUntil = () => Date.now() + 3_600_000;
const of = (id: string) => encodeCallback(jobCallback(id));

describe('ringback progress', () => {
  it('notes percent and summary with the entry that waits', async () => {
    await takeAndWait(fixture.ledger, 'one', {
      awaitsUntil: awaitsUntil(),
      progress: { externalExecutionId: 'shop:1' },
    });
    const run = await fixture.run(['progress', '-', '--percent', '40', '--summary', 'compiles', '--json'], {
      stdin: of('one'),
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({ service: 'codepipeline', id: 'one', state: 'noted' });
    expect((await fixture.ledger.read(jobKey('one'), soon()))?.state).toMatchObject({
      progress: { percentComplete: 40, summary: 'compiles', externalExecutionId: 'shop:1' },
      heardAt: expect.any(Number),
    });
  });

  it('takes the callback of its environment, as a build has it', async () => {
    await takeAndWait(fixture.ledger, 'two', { awaitsUntil: awaitsUntil() });
    expect(await fixture.run(['progress'], { env: { RINGBACK_CALLBACK: of('two') } })).toMatchObject({
      code: 0,
      stdout: 'noted\n',
    });
  });

  it('has an exit code of its own when nobody waits any more', async () => {
    await takeAndWait(fixture.ledger, 'three', { awaitsUntil: awaitsUntil() });
    await fixture.ledger.decide(jobKey('three'), succeeded, { entry: 'must stand' }, soon());
    expect(await fixture.run(['progress', of('three')])).toMatchObject({
      code: 3,
      stdout: 'nobody waits for this callback any more\n',
    });
  });

  it('is no failure before the function has deferred', async () => {
    await take(fixture.ledger, 'four');
    expect(await fixture.run(['progress', of('four')])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/not noted/),
    });
  });

  it.each([
    ['no callback', ['progress'], /name a callback, or set RINGBACK_CALLBACK/],
    ['a percentage above 100', ['progress', of('one'), '--percent', '101'], /from 0 to 100, but is "101"/],
    ['a callback that the table does not know', ['progress', of('none')], /no entry of codepipeline none/],
  ])('refuses %s', async (_what, args, message) => {
    const run = await fixture.run(args);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
  });
});

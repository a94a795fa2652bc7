import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeCallback } from '../../../lib/core/callback.ts';
import { AwsError } from '../../../lib/local/kernel/aws-error.ts';
import { createLedgerFixture, jobCallback, soon, takeAndWait } from './ledger-fixture.ts';

/** A ledger with one deferred job, whose table fails a call of the command where `fails` says so. */
async function startFailing(fails: (operation: string) => boolean) {
  let isOn = false;
  const error = new AwsError('ThrottlingException', 'too many', { status: 400 });
  const fixture = await createLedgerFixture({
    interceptors: [
      {
        before: ({ service, operation }) =>
          isOn && service === 'dynamodb' && fails(operation) ? { kind: 'error', error } : undefined,
      },
    ],
  });
  onTestFinished(() => fixture.close());
  await takeAndWait(fixture.ledger, 'job-1', { awaitsUntil: Date.now() + 3_600_000 });
  isOn = true;
  const succeed = () => fixture.run(['complete', encodeCallback(jobCallback('job-1')), '--succeed']);
  const repair = () => {
    isOn = false;
  };
  return { fixture, succeed, repair };
}

describe('ringback complete under a ledger that fails', () => {
  it('says what it decided when the ledger cannot be read afterwards', async () => {
    let isDecided = false;
    const { fixture, succeed, repair } = await startFailing((operation) => {
      if (operation === 'UpdateItem') isDecided = true;
      return isDecided && operation === 'GetItem';
    });
    expect(await succeed()).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/is decided: succeeded/),
    });
    repair();
    expect((await fixture.ledger.read('codepipeline#job-1', soon()))?.state).toMatchObject({ kind: 'decided' });
  });

  it('waits as long for its first look as for the decision', async () => {
    const until = Date.now() + 6_500;
    const { succeed } = await startFailing(() => Date.now() < until);
    expect(await succeed()).toMatchObject({ code: 0, stdout: expect.stringMatching(/is decided: succeeded/) });
  });
});

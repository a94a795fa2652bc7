import { encodeCallback, fail } from 'ringback';
import { continueAfter, defer, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../lib/codepipeline/pipeline-job.ts';
import type { Callback } from '../../lib/core/callback.ts';
import { completeWith } from '../../lib/core/complete.ts';
import { decodeContinuation } from '../../lib/core/continuation-token.ts';
import { isRingbackError } from '../../lib/core/errors.ts';
import { createSeededRandom } from '../../lib/local/faults/seeded-random.ts';
import { services } from '../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../unit/test-runtime.ts';
import { fuzzCount, SEED } from './fuzz-settings.ts';
import { mutateEvent, mutateText, strangeValue } from './mutate-event.ts';

const COUNT = fuzzCount(3_000);

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

function whatItAsksFor(token: string) {
  const read = decodeContinuation(token);
  return read.kind === 'ours' ? { key: read.key, run: read.run } : undefined;
}

describe(`what comes back from outside (RINGBACK_SEED=${SEED})`, () => {
  it(`a damaged continuation token is answered failed, and never taken for a first run: ${COUNT} of them`, async () => {
    const random = createSeededRandom(SEED);
    let runs: number[] = [];
    const handler = pipelineJobWith(
      () => runtime,
      (job) => {
        runs.push(job.run);
        return job.run === 1 ? continueAfter({ seconds: 1 }, { step: 1 }) : succeed({ variables: { Run: job.run } });
      },
    );
    let refused = 0;
    for (let index = 0; index < COUNT; index++) {
      await handler(pipelineJobEvent(), lambdaContext());
      const token: string = runtime.service.answers.at(-1)?.input.continuationToken;
      const damaged = random() < 0.1 ? JSON.stringify(strangeValue(random)) : mutateText(token, random);
      const [answered, lines] = [runtime.service.answers.length, runtime.lines.length];
      runs = [];
      const event = pipelineJobEvent({ continuationToken: damaged });
      await handler(event, lambdaContext());
      const answers = runtime.service.answers.slice(answered);
      const shown = `token ${index}: ${JSON.stringify(damaged)}`;
      expect(answers, shown).toHaveLength(1);
      const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
      expect(JSON.stringify([answers, runtime.lines.slice(lines)]), shown).not.toContain(secretAccessKey);
      const [original, read] = [whatItAsksFor(token), whatItAsksFor(damaged)];
      // An empty token is none: that is how a first run comes.
      if (damaged === '' || (original?.key === read?.key && original?.run === read?.run)) continue;
      expect(runs, shown).toEqual([]);
      const [answer] = answers;
      // The run that put it off, again: it is put off once more.
      if (read?.key === original?.key && read?.run === 1) expect(answer?.input.continuationToken, shown).toBe(token);
      else {
        expect(answer?.operation, shown).toBe('PutJobFailureResult');
        expect(answer?.input.failureDetails.message, shown).toMatch(/continuation token|no longer in the ledger/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(COUNT / 2);
  }, 900_000);

  it(`a damaged callback completes nothing, and it is said what is wrong with it: ${COUNT} of them`, async () => {
    const random = createSeededRandom(SEED);
    const handler = pipelineJobWith(
      () => runtime,
      () => defer({ within: { minutes: 10 } }),
    );
    let refused = 0;
    for (let index = 0; index < COUNT; index++) {
      const id = crypto.randomUUID();
      const callback: Callback = { service: 'codepipeline', id, region: 'us-east-1' };
      if (index % 20 === 0) await handler(pipelineJobEvent({ id }), lambdaContext());
      const calls = runtime.service.calls.length;
      const damaged = (
        random() < 0.5 ? mutateText(encodeCallback(callback), random) : mutateEvent(callback, random)
      ) as Callback;
      const shown = `callback ${index}: ${JSON.stringify(damaged)?.slice(0, 300)}`;
      const outcome = random() < 0.5 ? succeed({ summary: 'x' }) : fail('no');
      const thrown = await completeWith(runtime, services, damaged, outcome).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      // What waits for its continuation has no ticket; so nothing is ever told to a service here.
      expect(runtime.service.calls.length, shown).toBe(calls);
      if (thrown === undefined) continue;
      refused++;
      expect(isRingbackError(thrown) && thrown.code, shown).toBe('INVALID_CALLBACK');
      expect(thrown.message, shown).not.toMatch(/\n/);
      expect(thrown.message.length, shown).toBeLessThan(2_000);
      if (typeof damaged === 'string' && (damaged as string).length > 20)
        expect(thrown.message, shown).not.toContain(damaged);
    }
    expect(refused).toBeGreaterThan(COUNT * 0.9);
  }, 900_000);
});

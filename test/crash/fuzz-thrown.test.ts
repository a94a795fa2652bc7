import { RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pipelineJobWith } from '../../lib/codepipeline/pipeline-job.ts';
import { isRingbackError } from '../../lib/core/errors.ts';
import { createSeededRandom } from '../../lib/local/faults/seeded-random.ts';
import { createTestRuntime, type TestRuntime } from '../unit/test-runtime.ts';
import { fuzzCount, SEED } from './fuzz-settings.ts';
import { strangeThrowable } from './strange-throwables.ts';

const COUNT = fuzzCount(3_000);

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await createTestRuntime();
});
afterAll(() => runtime.close());

/** What Lambda's runtime would print of an error. */
function shownBy(error: unknown): string {
  const { name, message, stack, cause } = error as Error;
  return `${name} ${message} ${stack} ${String(cause)} ${JSON.stringify(error)} ${Object.keys(error as object)}`;
}

it(`whatever logic throws is answered at once, and without a secret: ${COUNT} of them (RINGBACK_SEED=${SEED})`, async () => {
  const random = createSeededRandom(SEED);
  let act: () => unknown = () => undefined;
  const handler = pipelineJobWith(
    () => runtime,
    async () => act() as undefined,
  );
  let again = 0;
  for (let index = 0; index < COUNT; index++) {
    const event = pipelineJobEvent();
    const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
    const strange = strangeThrowable(random, secretAccessKey);
    const way = index % 10;
    act = () => {
      if (way === 1) return succeed(strange as object);
      throw way === 0 ? new RetryableError('not yet', { cause: strange }) : strange;
    };
    const [answered, lines] = [runtime.service.answers.length, runtime.lines.length];
    const thrown = await handler(event, lambdaContext()).then(
      () => undefined,
      (error: unknown) => error ?? new Error('nothing was thrown'),
    );
    const answers = runtime.service.answers.slice(answered);
    const shown = `throwable ${index}`;
    if (way === 0) {
      expect(isRingbackError(thrown) && thrown.code, shown).toBe('RETRYABLE');
      expect(answers, shown).toEqual([]);
      expect(shownBy(thrown).length, shown).toBeLessThan(20_000);
      again++;
    } else {
      expect(thrown, shown).toBeUndefined();
      expect(answers, shown).toHaveLength(1);
      if (way !== 1) expect(answers[0]?.operation, shown).toBe('PutJobFailureResult');
    }
    const written = `${JSON.stringify([answers, runtime.lines.slice(lines)])} ${thrown === undefined ? '' : shownBy(thrown)}`;
    expect(written.includes(secretAccessKey), shown).toBe(false);
  }
  expect(again).toBe(Math.ceil(COUNT / 10));
}, 900_000);

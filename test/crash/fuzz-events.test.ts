import { continueAfter, type JobOutcome, type PipelineJob, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../lib/codepipeline/pipeline-job.ts';
import { isRingbackError } from '../../lib/core/errors.ts';
import { createLastResort } from '../../lib/core/last-resort/last-resort.ts';
import { createSeededRandom } from '../../lib/local/faults/seeded-random.ts';
import { services } from '../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../unit/test-runtime.ts';
import { fuzzCount, SEED } from './fuzz-settings.ts';
import { mutateEvent } from './mutate-event.ts';

const EVENTS = fuzzCount(10_000);

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await createTestRuntime();
});
afterAll(() => runtime.close());

/** The two events that AWS documents, as far as they differ, and one with everything. */
function samples(random: () => number, continuationToken: string) {
  const artifact = { name: 'Source', bucket: 'a-bucket', key: 'a/key.zip' };
  return [
    pipelineJobEvent(),
    pipelineJobEvent({
      parameters: { url: 'https://example.com', count: Math.floor(random() * 9) },
      inputArtifacts: [artifact],
    }),
    pipelineJobEvent({
      parameters: 'plain text',
      continuationToken,
      inputArtifacts: [artifact],
      outputArtifacts: [{ ...artifact, name: 'Result' }],
      encryptionKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1',
    }),
  ];
}

/** Looks at everything that it was given, as curious logic would. */
function logic(job: PipelineJob<unknown, unknown>): JobOutcome {
  job.log.info('seen', { job, state: job.state, parameters: job.parameters });
  if (job.inputArtifacts.length > 0) job.inputArtifact(job.inputArtifacts[0]);
  if (job.run === 1 && job.outputArtifacts.length > 0)
    return continueAfter({ seconds: 1 }, { seen: job.configuration });
  return succeed({ variables: { Account: job.accountId ?? '-' }, summary: JSON.stringify(job.parameters ?? '') });
}

/** Everything that became visible since the last time. */
function written(from: { lines: number; calls: number }): string {
  return JSON.stringify([runtime.lines.slice(from.lines), runtime.service.calls.slice(from.calls)]);
}

function texts(thrown: unknown): string {
  const error = thrown as Error | undefined;
  return error === undefined ? '' : `${error.message} ${error.stack} ${texts(error.cause)}`;
}

describe(`mutated events (RINGBACK_SEED=${SEED})`, () => {
  it(`are answered once or refused by name, ${EVENTS} of them, and no secret is ever written`, async () => {
    const random = createSeededRandom(SEED);
    const handler = pipelineJobWith(() => runtime, logic);
    const lastResort = createLastResort(services, () => runtime);
    /** Begins the work that the third sample continues. */
    async function putOff(): Promise<string> {
      const artifact = { name: 'Source', bucket: 'a-bucket', key: 'a/key.zip' };
      await handler(pipelineJobEvent({ outputArtifacts: [artifact] }), lambdaContext());
      return runtime.service.answers.at(-1)?.input.continuationToken;
    }
    const tally = { answered: 0, refused: 0, unanswerable: 0 };
    for (let index = 0; index < EVENTS; index++) {
      const source = samples(random, index % 3 === 2 ? await putOff() : '')[index % 3];
      const { secretAccessKey, sessionToken } = source?.['CodePipeline.job'].data.artifactCredentials ?? {};
      const event = mutateEvent(source, random);
      const from = { lines: runtime.lines.length, calls: runtime.service.calls.length };
      const answersBefore = runtime.service.answers.length;
      const thrown = await handler(event, lambdaContext()).then(
        (returned) => (returned?.batchItemFailures.length ? new Error('InvalidEventError: in a batch') : undefined),
        (error: unknown) => error,
      );
      const answers = runtime.service.answers
        .slice(answersBefore)
        .filter(({ operation }) => operation.startsWith('Put'));
      const shown = `event ${index}: ${JSON.stringify(event)?.slice(0, 600)}`;
      if (thrown === undefined) {
        expect(answers, shown).toHaveLength(1);
        tally.answered++;
      } else if (isRingbackError(thrown) && thrown.code === 'ANSWER_NOT_GIVEN') {
        // An id that no job has: the service itself refuses it.
        expect(texts(thrown), shown).toMatch(/ValidationException|SerializationException/);
        tally.refused++;
      } else {
        expect(texts(thrown), shown).toContain('InvalidEventError');
        expect(answers, shown).toHaveLength(0);
        tally.unanswerable++;
      }
      if (index % 4 === 0) {
        const body = JSON.stringify({
          requestPayload: event,
          requestContext: { requestId: 'r', functionArn: 'a:function:Gate' },
        });
        const { batchItemFailures } = await lastResort({ Records: [{ messageId: 'm', body }] }, lambdaContext());
        const given = runtime.service.calls.length - from.calls;
        if (thrown === undefined) expect(batchItemFailures, shown).toEqual([]);
        expect(batchItemFailures.length === 1 || given > 0, shown).toBe(true);
      }
      const output = written(from) + texts(thrown);
      for (const secret of [secretAccessKey, sessionToken]) expect(output.includes(secret ?? ''), shown).toBe(false);
    }
    expect(Object.prototype).not.toHaveProperty('polluted');
    // Each way must have been gone: a fuzz that only ever bounces proves nothing.
    expect(tally.answered).toBeGreaterThan(EVENTS / 4);
    expect(tally.unanswerable).toBeGreaterThan(100);
  }, 900_000);
});

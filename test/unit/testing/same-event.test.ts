import { complete } from 'ringback';
import { defer, pipelineJob, succeed } from 'ringback/codepipeline';
import {
  expectAnswered,
  lambdaContext,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
} from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const event = pipelineJobEvent();
let runs: number;
let service: RecordingService;
beforeEach(async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  runs = 0;
  service = await recordAnswers();
});
afterEach(async () => {
  await service.close();
  vi.unstubAllEnvs();
});

const handler = pipelineJob(() => {
  runs++;
  return succeed();
});

describe('tests that send one event of their file', () => {
  it.each(['first', 'second', 'third'])('run the logic: the %s', async () => {
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expectAnswered(service, 'succeeded');
  });

  it('still get a second delivery of it answered with what was decided', async () => {
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
  });

  it('find what they deferred when they complete it', async () => {
    let answer: (() => Promise<{ readonly state: string }>) | undefined;
    const deferring = pipelineJob((job) => {
      answer = () => complete(job.callback, succeed());
      return defer({ within: { hours: 1 } });
    });
    await deferring(event, lambdaContext());
    expect(await answer?.()).toMatchObject({ state: 'waiting' });
  });
});

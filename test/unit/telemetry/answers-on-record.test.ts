import { continueAfter, defer, fail, pipelineJob, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent, recordAnswers } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JobLogic, pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

const JOB = '11111111-abcd-1111-abcd-111111abcdef';
let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime({ metricsNamespace: 'Gates' });
});
afterEach(() => runtime.close());

async function run(logic: JobLogic<unknown, unknown>, event = pipelineJobEvent({ id: JOB })): Promise<void> {
  await pipelineJobWith(() => runtime, logic)(event, lambdaContext({ awsRequestId: 'request-1' }));
}

async function lastResort(): Promise<void> {
  const record = {
    requestContext: {
      requestId: 'request-9',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate:$LATEST',
    },
    requestPayload: pipelineJobEvent({ id: JOB }),
    responsePayload: null,
  };
  const message = { messageId: '1', body: JSON.stringify(record), attributes: { ApproximateReceiveCount: '1' } };
  await createLastResort(services, () => runtime)({ Records: [message] }, lambdaContext());
}

const answers = () => runtime.lines.map((line) => JSON.parse(line)).filter(({ callbackService }) => callbackService);
/** The metrics of each line, with their dimensions, as CloudWatch reads them. */
const metrics = () =>
  runtime.printed.map((line) => {
    const root = JSON.parse(line);
    return Object.fromEntries(
      root._aws.CloudWatchMetrics.flatMap(
        ({ Namespace, Dimensions, Metrics }: Record<'Namespace' | 'Dimensions' | 'Metrics', never[]>) =>
          Metrics.map(({ Name, Unit }: { Name: string; Unit: string }) => {
            const dimensions = (Dimensions[0] as unknown as string[]).map((name) => root[name]);
            return [`${Namespace} ${dimensions.join('/')} ${Name}`, `${root[Name]} ${Unit}`];
          }),
      ),
    );
  });

describe('the line of a decision', () => {
  it('says whose answer it is, what it is, and who gave it to which request', async () => {
    await run(() => succeed());
    expect(answers()).toEqual([
      {
        message: 'answered',
        callbackService: 'codepipeline',
        id: JOB,
        run: 1,
        decision: 'succeeded',
        by: 'function',
        functionName: 'function-under-test',
        requestId: 'request-1',
        ageMs: 0,
      },
    ]);
  });

  it('has the reason and the category of a failure', async () => {
    await run(() => fail('two tests are red'));
    expect(answers()).toMatchObject([{ decision: 'failed', reason: 'two tests are red', category: 'failed' }]);
  });

  it('names the last resort, and the function in whose place it answers', async () => {
    await lastResort();
    expect(answers()).toMatchObject([{ by: 'last resort', functionName: 'Gate', requestId: 'request-9' }]);
  });

  it('marks the repetition of a report, and counts its tries', async () => {
    await run(() => succeed());
    const busy = { errorCode: 'InternalServiceError', status: 500 };
    runtime.service.script(busy, busy);
    await run(() => succeed());
    expect(answers()).toMatchObject([{}, { isRepeated: true, retries: 2 }]);
    expect(answers()[0]).not.toHaveProperty('isRepeated');
  });

  it('counts the age of the whole work, over its runs', async () => {
    await run(() => continueAfter({ seconds: 30 }));
    const continuationToken = runtime.service.answers.at(-1)?.input.continuationToken;
    runtime.time.advance(30_000);
    await run(() => succeed(), pipelineJobEvent({ continuationToken }));
    expect(answers()).toMatchObject([{ id: JOB, run: 2, ageMs: 30_000 }]);
  });
});

describe('the metrics of an answer', () => {
  it('count it by service and outcome, and say how long it took', async () => {
    await run(() => fail('no'));
    expect(metrics()).toEqual([
      {
        'Gates ringback/codepipeline/failed Answers': '1 Count',
        'Gates ringback/codepipeline ReportRetries': '0 Count',
        'Gates ringback/codepipeline TimeToAnswer': '0 Milliseconds',
      },
    ]);
  });

  it('count what the last resort answers', async () => {
    await lastResort();
    expect(metrics()).toMatchObject([{ 'Gates ringback/codepipeline LastResortAnswers': '1 Count' }]);
  });

  it('count deferrals when they open and when they end', async () => {
    let callback: Parameters<typeof completeWith>[2] = '';
    await run((job) => {
      callback = job.callback;
      return defer({ within: { hours: 1 } });
    });
    await completeWith(runtime, services, callback, succeed());
    await completeWith(runtime, services, callback, succeed());
    const continuationToken = runtime.service.answers.at(-1)?.input.continuationToken;
    await run(() => succeed(), pipelineJobEvent({ continuationToken }));
    expect(runtime.service.answers.map(({ input }) => 'continuationToken' in input)).toEqual([true, false]);
    expect(metrics().map((line) => Object.keys(line).filter((name) => name.includes('Deferrals')))).toEqual([
      ['Gates ringback/codepipeline DeferralsOpened'],
      ['Gates ringback/codepipeline DeferralsEnded'],
    ]);
  });

  it('count no deferral of work that goes on by itself, or that was completed before the logic had returned', async () => {
    await run(() => continueAfter({ seconds: 1 }));
    expect(metrics()).toEqual([]);
    await run(async (job) => {
      await completeWith(runtime, services, job.callback, succeed());
      return defer({ within: { hours: 1 } });
    }, pipelineJobEvent());
    expect(
      metrics()
        .flatMap((line) => Object.keys(line))
        .join(),
    ).not.toContain('Deferral');
    expect(answers().map(({ by, isRepeated }) => [by, isRepeated])).toEqual([
      ['complete', undefined],
      ['function', true],
    ]);
  });

  it('are not written where the function has no namespace for them', async () => {
    await runtime.close();
    runtime = await createTestRuntime();
    await run(() => succeed());
    expect(runtime.printed).toEqual([]);
  });

  it.each([
    ['', 'ringback'],
    ['  ', 'ringback'],
    [':payments', 'payments'],
    ['café\n"1"', 'caf??"1"'],
  ])('have a service that CloudWatch takes, of the name %j', async (name, service) => {
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', name);
    await run(() => succeed());
    vi.unstubAllEnvs();
    expect(runtime.printed.map((line) => JSON.parse(line).service)).toEqual([service]);
  });

  it('go to the namespace that RINGBACK_METRICS_NAMESPACE names, under the service that Powertools has', async () => {
    vi.stubEnv('RINGBACK_METRICS_NAMESPACE', 'Gates');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'payments');
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const service = await recordAnswers();
    try {
      await pipelineJob(() => succeed())(pipelineJobEvent(), lambdaContext());
    } finally {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
      await service.close();
    }
    const line = written.find((text) => text.includes('"_aws"')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      _aws: {
        CloudWatchMetrics: [{ Namespace: 'Gates', Dimensions: [['service', 'callbackService', 'outcome']] }, {}],
      },
      service: 'payments',
      Answers: 1,
    });
  });
});

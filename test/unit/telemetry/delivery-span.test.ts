import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { RetryableError } from 'ringback';
import { actionExecutor, fail, jobWorker, pipelineJob, succeed } from 'ringback/codepipeline';
import { lastResort } from 'ringback/last-resort';
import {
  executorJobEvent,
  lambdaContext,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
  workerJobEvent,
  workflowStepEvent,
} from 'ringback/testing';
import { workflowStep } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const JOB = '11111111-abcd-1111-abcd-111111abcdef';
const exporter = new InMemorySpanExporter();
let service: RecordingService;

beforeEach(async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  exporter.reset();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  service = await recordAnswers();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  trace.disable();
  context.disable();
  await service.close();
});

const spans = () =>
  exporter.getFinishedSpans().map(({ name, attributes, status }) => ({ name, attributes: { ...attributes }, status }));

describe('the span of a delivery', () => {
  it('is of the library ringback', async () => {
    await pipelineJob(() => succeed())(pipelineJobEvent(), lambdaContext());
    expect(exporter.getFinishedSpans().map(({ instrumentationScope }) => instrumentationScope.name)).toEqual([
      'ringback',
    ]);
  });

  it('is named after what waits, and says what came of it', async () => {
    await pipelineJob(() => succeed())(pipelineJobEvent({ id: JOB }), lambdaContext({ awsRequestId: 'request-1' }));
    expect(spans()).toEqual([
      {
        name: 'codepipeline job',
        attributes: {
          'ringback.callback.service': 'codepipeline',
          'ringback.callback.id': JOB,
          'ringback.run': 1,
          'faas.invocation_id': 'request-1',
          'cloud.resource_id': lambdaContext().invokedFunctionArn,
          'cloud.account.id': '123456789012',
          'cicd.pipeline.task.run.id': JOB,
          'cicd.pipeline.task.run.result': 'success',
          'ringback.decision': 'succeeded',
          'ringback.answered_by': 'function',
          'ringback.settled_already': false,
          'ringback.report.retries': 0,
        },
        status: { code: SpanStatusCode.UNSET },
      },
    ]);
  });

  it('is the parent of what the logic traces', async () => {
    await pipelineJob(() => trace.getTracer('user').startActiveSpan('checking', (span) => span.end()))(
      pipelineJobEvent(),
      lambdaContext(),
    );
    const [inner, outer] = exporter.getFinishedSpans();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('has the reason of a failure as its status', async () => {
    await pipelineJob(() => fail('two tests are red'))(pipelineJobEvent(), lambdaContext());
    expect(spans()).toMatchObject([
      {
        attributes: { 'cicd.pipeline.task.run.result': 'failure' },
        status: { code: SpanStatusCode.ERROR, message: 'two tests are red' },
      },
    ]);
  });

  it('ends with the error of a delivery that comes again, secrets withheld', async () => {
    vi.stubEnv('RINGBACK_LAST_RESORT', 'true');
    const event = pipelineJobEvent();
    const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
    const handler = pipelineJob(() => Promise.reject(new RetryableError(`busy with ${secretAccessKey}`)));
    await expect(handler(event, lambdaContext())).rejects.toThrow('busy');
    expect(spans()).toMatchObject([
      { attributes: { 'error.type': 'RetryableError' }, status: { code: SpanStatusCode.ERROR } },
    ]);
    expect(JSON.stringify(spans())).not.toContain(secretAccessKey);
  });

  it('knows nothing of pipelines where the work is none of theirs', async () => {
    await workflowStep(() => undefined)(workflowStepEvent(), lambdaContext());
    const [span] = spans();
    expect(span).toMatchObject({ name: 'transfer step', attributes: { 'ringback.decision': 'succeeded' } });
    expect(Object.keys(span?.attributes ?? {}).filter((name) => name.startsWith('cicd.'))).toEqual([]);
  });

  it('names the job that a function of a partner answers by what it returns', async () => {
    const event = executorJobEvent();
    await actionExecutor(() => succeed())(event, lambdaContext());
    expect(spans()).toMatchObject([
      { attributes: { 'cicd.pipeline.task.run.id': event.jobId, 'cicd.pipeline.task.run.result': 'success' } },
    ]);
  });

  it('names the pipeline of a job that is polled for', async () => {
    const actionType = { category: 'Test', provider: 'Licence', version: '1' } as const;
    await jobWorker(() => succeed(), { actionType })(workerJobEvent(), lambdaContext());
    expect(spans()).toMatchObject([
      { attributes: { 'cicd.pipeline.name': expect.any(String), 'cicd.pipeline.task.name': expect.any(String) } },
    ]);
  });

  it.each([
    ['no action', { pipelineName: 'shop' }, { 'cicd.pipeline.name': 'shop' }],
    ['a name that is no text', { pipelineName: 7, action: { name: null } }, {}],
  ])('leaves out what a pipeline does not tell: %s', async (_case, pipelineContext, told) => {
    const { jobId, ...event } = executorJobEvent();
    await actionExecutor(() => succeed())(
      { ...event, jobId, data: { ...event.data, pipelineContext } },
      lambdaContext(),
    );
    const result = { 'cicd.pipeline.task.run.id': jobId, 'cicd.pipeline.task.run.result': 'success' };
    const named = Object.entries(spans()[0]?.attributes ?? {}).filter(([name]) => name.startsWith('cicd.'));
    expect(Object.fromEntries(named)).toEqual({ ...result, ...told });
  });

  it('is there for what the last resort answers', async () => {
    const record = {
      requestContext: { requestId: 'request-9', functionArn: `${lambdaContext().invokedFunctionArn}:$LATEST` },
      requestPayload: pipelineJobEvent({ id: JOB }),
      responsePayload: null,
    };
    const attributes = { ApproximateReceiveCount: '1' };
    await lastResort()({ Records: [{ messageId: '1', body: JSON.stringify(record), attributes }] }, lambdaContext());
    expect(spans()).toMatchObject([
      { attributes: { 'ringback.answered_by': 'last resort', 'ringback.callback.id': JOB } },
    ]);
  });
});

describe('a tracer that is broken', () => {
  const NEVER = new Promise(() => undefined);
  type Work = (span: object) => unknown;
  const span = { setAttributes: () => {}, setStatus: () => {}, end: () => {} };
  const begin = (start: (work: Work) => unknown) => (_name: string, _options: object, work: Work) => start(work);

  it.each([
    [
      'cannot be had',
      {
        getTracer: () => {
          throw new Error('no tracer');
        },
      },
    ],
    [
      'begins no span',
      {
        getTracer: () => ({
          startActiveSpan: () => {
            throw new Error('no span');
          },
        }),
      },
    ],
    ['never ends', { getTracer: () => ({ startActiveSpan: begin((work) => [work(span), NEVER][1]) }) }],
    ['returns something else', { getTracer: () => ({ startActiveSpan: begin((work) => [work(span), 'done'][1]) }) }],
    // A rejection that nobody handles fails the run of these tests.
    [
      'fails by itself',
      { getTracer: () => ({ startActiveSpan: begin((work) => [work(span), Promise.reject(new Error('full'))][1]) }) },
    ],
    ['calls back twice', { getTracer: () => ({ startActiveSpan: begin((work) => [work(span), work(span)][1]) }) }],
    ['calls back late', { getTracer: () => ({ startActiveSpan: begin((work) => void setImmediate(work, span)) }) }],
    ['calls nobody back', { getTracer: () => ({ startActiveSpan: () => undefined }) }],
    [
      'gives a span that is none',
      { getTracer: () => ({ startActiveSpan: (_n: string, _o: object, work: (span: object) => unknown) => work({}) }) },
    ],
  ])('is nothing to the answer when it %s', async (_what, provider) => {
    trace.disable();
    trace.setGlobalTracerProvider(provider as never);
    const logic = vi.fn(() => succeed());
    await pipelineJob(logic)(pipelineJobEvent(), lambdaContext());
    expect(service.answers.map(({ operation }) => operation)).toEqual(['PutJobSuccessResult']);
    await new Promise(setImmediate);
    expect(logic).toHaveBeenCalledTimes(1);
  });

  it('is nothing to a delivery that comes again', async () => {
    vi.stubEnv('RINGBACK_LAST_RESORT', 'true');
    trace.disable();
    const startActiveSpan = begin((work) => void Promise.resolve(work(span)).then(() => undefined));
    trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) } as never);
    const busy = new RetryableError('busy');
    await expect(pipelineJob(() => Promise.reject(busy))(pipelineJobEvent(), lambdaContext())).rejects.toThrow('busy');
  });
});

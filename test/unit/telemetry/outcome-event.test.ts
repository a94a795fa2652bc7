import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail, type pipelineJob, RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../../lib/aws/index.ts';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { createTestRuntime } from '../test-runtime.ts';

/** A stand-in for EventBridge, beside the service that takes answers, and a runtime that may be told of it. */
async function startBus(status: number | 'silent' = 200, outcomeEventBus: string | undefined = 'outcomes') {
  const entries: { Detail: string; DetailType: string; Source: string; EventBusName: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    entries.push(...JSON.parse(text).Entries);
    if (status !== 'silent') response.writeHead(status).end('{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = createConnection({
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
      AWS_SECRET_ACCESS_KEY: 'any',
    },
  });
  const runtime = await createTestRuntime({ outcomeEventBus });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await runtime.close();
  });
  // Answers go to the service; events alone by the connection of its own Region.
  return { entries, runtime: { ...runtime, connect: () => runtime.connection, connection } };
}

async function run(
  runtime: Awaited<ReturnType<typeof startBus>>['runtime'],
  logic: () => unknown,
  event = pipelineJobEvent(),
) {
  const handler = pipelineJobWith(() => runtime, logic as Parameters<typeof pipelineJob>[0]);
  await handler(event, lambdaContext({ now: () => runtime.time.now() })).catch(() => undefined);
  return event['CodePipeline.job'].id;
}

describe('an event for each outcome', () => {
  it('says how a job ended, after CodePipeline has its answer', async () => {
    const { entries, runtime } = await startBus();
    const id = await run(runtime, () => fail('not today'));
    expect(runtime.service.answers).toHaveLength(1);
    expect(entries).toMatchObject([{ EventBusName: 'outcomes', Source: 'ringback', DetailType: 'Callback Answered' }]);
    expect(JSON.parse(entries[0]?.Detail ?? '')).toMatchObject({
      service: 'codepipeline',
      id,
      outcome: 'failed',
      reason: 'not today',
      category: 'failed',
      alreadySettled: false,
      openedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('does not say since when it was open where the entry cannot be read', async () => {
    const { entries, runtime } = await startBus();
    // What the table says of a row that is no entry.
    const take = async () => ({ kind: 'lost' }) as const;
    const ledger = { ...runtime.ledger, take, decide: async () => undefined };
    await run({ ...runtime, ledger }, () => succeed());
    const detail = JSON.parse(entries[0]?.Detail ?? '');
    expect(detail).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('no longer in the ledger') });
    expect(detail).not.toHaveProperty('openedAt');
  });

  it('comes also where the answer came too late, and not once more for a late duplicate', async () => {
    const { entries, runtime } = await startBus();
    const event = pipelineJobEvent();
    const settled = { errorCode: 'InvalidJobStateException' };
    runtime.service.script(settled, settled);
    await run(runtime, () => succeed(), event);
    await run(runtime, () => succeed(), event);
    expect(entries.map(({ Detail }) => JSON.parse(Detail).alreadySettled)).toEqual([true]);
  });

  it('has no reason where it went well', async () => {
    const { entries, runtime } = await startBus();
    await run(runtime, () => succeed());
    expect(JSON.parse(entries[0]?.Detail ?? '')).not.toHaveProperty('reason');
  });

  it('is not put where the work goes on, or nobody asked for it', async () => {
    const { entries, runtime } = await startBus();
    await run(runtime, () => Promise.reject(new RetryableError('later')));
    const quiet = await startBus(200, '');
    await run({ ...quiet.runtime, outcomeEventBus: undefined }, () => succeed());
    expect([...entries, ...quiet.entries]).toEqual([]);
  });

  it('holds no secret of the job', async () => {
    const { entries, runtime } = await startBus();
    const event = pipelineJobEvent();
    const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
    await run(runtime, () => fail(`could not read with ${secretAccessKey}`), event);
    expect(entries[0]?.Detail).toContain('could not read with');
    expect(entries[0]?.Detail).not.toContain(secretAccessKey);
  });

  it.each([[403], [500], ['silent' as const]])(
    'that is answered with %s changes nothing but the log',
    async (status) => {
      const { runtime } = await startBus(status);
      await run(runtime, () => succeed());
      expect(runtime.service.answers).toMatchObject([{ operation: 'PutJobSuccessResult' }]);
      expect(runtime.lines.join('\n')).toContain('the event that says how it ended is not made');
    },
  );
});

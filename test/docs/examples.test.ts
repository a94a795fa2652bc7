import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { encodeCallback } from 'ringback';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import {
  lambdaContext,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
  resourceHookEvent,
  workflowStepEvent,
} from 'ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as answer } from '../../examples/answer-from-ticket.ts';
import { handler as ask } from '../../examples/ask-for-approval.ts';
import { handler as ownBucket } from '../../examples/bucket-hook.ts';
import { BucketHookStack } from '../../examples/bucket-hook-stack.ts';
import { handler as check } from '../../examples/check-upload.ts';
import { playGate } from '../../examples/local-cloud.ts';
import { runCli } from '../unit/cli/run-cli.ts';

// What it shows are tests of its own; a worker or engine that is made wrongly throws when it is loaded.
import '../../examples/apply-log-group.test.ts';
import '../../examples/deployment-gate.test.ts';
import '../../examples/bucket-engine.ts';
import '../../examples/smoke-test-worker.ts';

// The handlers write their log lines to this process's output.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A server that takes JSON and answers with one status. */
async function listen(status: number) {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (text !== '') bodies.push(JSON.parse(text));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, close };
}

describe('the example of an answer that somebody else gives', () => {
  let service: RecordingService;
  let tickets: Awaited<ReturnType<typeof listen>>;
  beforeEach(async () => {
    [service, tickets] = [await recordAnswers(), await listen(201)];
  });
  afterEach(async () => {
    tickets.close();
    await service.close();
  });

  /** A job that has opened its ticket, and the callback that stands in it. */
  async function openTicket() {
    const event = pipelineJobEvent({ parameters: { tickets: tickets.url, question: 'Release?' } });
    await ask(event, lambdaContext());
    return (tickets.bodies[0] as { callback: string }).callback;
  }

  it('leaves the job open and hands its callback to the ticket', async () => {
    const callback = await openTicket();
    expect(callback).toMatch(/^rb1\./);
    expect(service.answers).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { continuationToken: expect.stringMatching(/^rb1:/) } },
    ]);
  });

  it('refuses a callback that was cut off', async () => {
    const body = JSON.stringify({ callback: (await openTicket()).slice(0, 20), approved: true, by: 'Ada' });
    expect(await answer({ body })).toMatchObject({ statusCode: 400, body: expect.stringContaining('damaged') });
  });

  it('refuses a callback of which the ledger has no entry, and is not taken for an approval', async () => {
    const callback = encodeCallback({ service: 'codepipeline', id: 'somebody-else', region: 'us-east-1' });
    const body = JSON.stringify({ callback, approved: true, by: 'Ada' });
    expect(await answer({ body })).toMatchObject({ statusCode: 400, body: expect.stringContaining('no entry') });
    expect(service.answers).toEqual([]);
  });

  it('answers once, and says so to whoever comes second', async () => {
    const callback = await openTicket();
    const body = (approved: boolean, by: string) => ({ body: JSON.stringify({ callback, approved, by }) });
    const first = await answer(body(true, 'Ada'));
    expect(first).toEqual({ statusCode: 200, body: 'succeeded' });
    expect(await answer(body(false, 'Bob'))).toEqual({ statusCode: 409, body: 'it is succeeded already' });
  });
});

describe('the example of a workflow step', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await createLocalCloud();
    vi.stubEnv('AWS_ENDPOINT_URL', cloud.endpoint);
    vi.stubEnv('AWS_REGION', cloud.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLEEXAMPLE00');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
    await s3().send(new CreateBucketCommand({ Bucket: 'uploads' }));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await cloud.stop();
  });
  const s3 = () => new S3Client({ endpoint: cloud.endpoint, region: cloud.region, forcePathStyle: true });

  it.each([
    ['%PDF-1.7 and more', 'SUCCESS'],
    ['MZ and more', 'FAILURE'],
  ])('answers a file that begins with %j with %s', async (Body, status) => {
    const { ETag = '' } = await s3().send(new PutObjectCommand({ Bucket: 'uploads', Key: 'ada/a.pdf', Body }));
    const sent: unknown[] = [];
    const stop = cloud.events.on('call', ({ operation, input }) => {
      if (operation === 'SendWorkflowStepState') sent.push((input as { Status?: string }).Status);
    });
    const file = { bucket: 'uploads', key: 'ada/a.pdf', eTag: ETag.replaceAll('"', '') };
    await check(workflowStepEvent({ file }), lambdaContext());
    stop();
    expect(sent).toEqual([status]);
  });
});

describe('the example of a hook', () => {
  it.each([
    [{ Tags: [{ Key: 'team', Value: 'shop' }] }, 'SUCCESS'],
    [{}, 'FAILED'],
  ])('answers a bucket with %j with %s', async (after, hookStatus) => {
    expect(await ownBucket(resourceHookEvent({ after }), lambdaContext())).toMatchObject({ hookStatus });
  });

  it('is registered by its stack', () => {
    const outdir = mkdtempSync(path.join(tmpdir(), 'ringback-example-'));
    const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
    Template.fromStack(new BucketHookStack(app, 'Hook')).resourceCountIs('AWS::CloudFormation::LambdaHook', 1);
    rmSync(outdir, { recursive: true, force: true });
  });
});

describe('the example app', () => {
  let folder: string;
  let site: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ringback-example-'));
    site = await listen(200);
    await promisify(execFile)(process.execPath, ['--conditions=ringback-source', 'examples/gate-app.ts'], {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ url: site.url }) },
    });
  });
  afterAll(() => {
    site.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a scenario that the command plays', async () => {
    const { code, stdout, stderr } = await runCli(
      ['local', '--assembly', folder, '--scenarios', 'examples/gate-scenarios.ts', '--once', '--port', '0'],
      {},
    );
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/gate-opens +codepipeline +passed +1 of 1/);
  });

  it('passes its gate in the local cloud once the site is healthy and a person agrees', async () => {
    expect(await playGate(folder)).toMatchObject({ status: 'Succeeded' });
  });
});

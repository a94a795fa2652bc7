import { execFile, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudControlClient } from '../../infra/scenarios/cloud-control-client.ts';
import { createProduct } from '../../infra/scenarios/document-product.ts';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import { CREDENTIALS } from './journey.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const template = path.join(root, 'examples/sam/template.yaml');
const HANDLERS = globSync(
  'examples/{apply-log-group,bucket-{engine,hook,parser},check-upload,deployment-gate,last-resort,smoke-test-worker}.ts',
  { cwd: root },
);

/** Runs the command of docs/without-cdk.md on the handlers of the examples. */
async function bundle(folder: string): Promise<void> {
  const page = readFileSync(path.join(root, 'docs/without-cdk.md'), 'utf8');
  const [, command = ''] = /```sh bundle\nnpx esbuild (.*)\n```/.exec(page) ?? [];
  const args = [...command.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''));
  const here = args
    .filter((word) => word !== 'handlers/*.ts')
    .map((word) => word.replace('--outdir=bundles', `--outdir=${folder}/bundles`))
    // In the repository the package's own entries lead to its sources.
    .map((word) => word.replace('--conditions=', '--conditions=ringback-source,'));
  expect(here.length).toBe(args.length - 1);
  await promisify(execFile)(path.join(root, 'node_modules/.bin/esbuild'), [...HANDLERS, ...here], { cwd: root });
}

describe('the SAM template of the examples', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-sam-'));
  const site = createServer((_request, response) => response.end('healthy'));
  let cloud: LocalCloud;
  let outputs: Readonly<Record<string, string>>;
  const denied: string[] = [];
  const invoked: string[] = [];

  beforeAll(async () => {
    cpSync(template, path.join(folder, 'template.yaml'));
    await bundle(folder);
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    cloud = await createLocalCloud({ speed: 240, strict: true });
    cloud.events.on('refusal', ({ action, resource, functionName }) =>
      denied.push(`${functionName ?? 'somebody'}: ${action} on ${resource}`),
    );
    cloud.events.on('invocation', ({ functionName }) => invoked.push(functionName));
    const Url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const { stacks } = await cloud.deploy({
      template: path.join(folder, 'template.yaml'),
      stackName: 'Outside',
      parameters: { Outside: { Url } },
    });
    outputs = (stacks[0]?.outputs ?? {}) as Record<string, string>;
  });
  afterAll(async () => {
    await cloud?.stop();
    site.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const client = () => ({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: CREDENTIALS,
    forcePathStyle: true as const,
  });
  const stage = () => ({ client: client() }) as unknown as Stage;
  const put = (Key: string, Body: string) =>
    new S3Client(client()).send(new PutObjectCommand({ Bucket: outputs.Files, Key, Body }));

  it('answers jobs of Lambda actions, one that follows Cloud Control among them, and of a custom action', async () => {
    await put('source.zip', 'what the pipeline deploys');
    const name = outputs.PipelineName ?? '';
    const pipelines = new CodePipelineClient(client());
    const { pipelineExecutionId = '' } = await pipelines.send(new StartPipelineExecutionCommand({ name }));
    const { status, actions } = await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
    expect(denied).toEqual([]);
    expect(actions.map(({ actionName, status: ended }) => [actionName, ended]).sort()).toEqual([
      ['Apply', 'Succeeded'],
      ['Gate', 'Succeeded'],
      ['SmokeTest', 'Succeeded'],
      ['Source', 'Succeeded'],
    ]);
    expect(status).toBe('Succeeded');
  });

  it.each([
    ['%PDF-1.7 and more', 'COMPLETED'],
    ['MZ and more', 'EXCEPTION'],
  ])('answers the step of an upload that begins with %j: %s', async (content, status) => {
    await put('uploads/a.pdf', content);
    const file = { bucket: outputs.Files ?? '', key: 'uploads/a.pdf' };
    const execution = { workflowId: outputs.WorkflowId ?? '', executionRole: outputs.WorkflowRole ?? '', file };
    const id = cloud.transfer.upload(execution);
    expect(await cloud.transfer.waitForExecution(execution.workflowId, id)).toMatchObject({ status });
    expect(denied).toEqual([]);
  });

  it('answers an operation of Service Catalog, and its parser tells the parameters', async () => {
    const call = serviceCatalogClient(stage());
    const { productId, artifactId } = await createProduct(stage(), call, outputs.LaunchRoleName ?? '');
    const version = { ProductId: productId, ProvisioningArtifactId: artifactId };
    expect(await call('DescribeProvisioningParameters', version)).toMatchObject({ ProvisioningArtifactParameters: [] });
    const { RecordDetail } = await call('ProvisionProduct', {
      ...version,
      ProvisionedProductName: 'bucket',
      ProvisionToken: newToken(),
    });
    const { RecordId } = RecordDetail as { RecordId: string };
    expect(await cloud.servicecatalog.waitForRecord(RecordId)).toMatchObject({
      reason: undefined,
      productStatus: 'AVAILABLE',
    });
    expect(denied).toEqual([]);
  });

  it('asks the hook about a bucket that Cloud Control makes', async () => {
    const cloudControl = cloudControlClient(stage());
    await cloudControl('CreateResource', {
      TypeName: 'AWS::S3::Bucket',
      DesiredState: JSON.stringify({ BucketName: 'asks-the-hook' }),
    });
    const hook = () => invoked.some((name) => name.startsWith('Outside-Hook'));
    while (!hook()) await cloud.clock.sleep(1_000);
    expect(hook()).toBe(true);
  });

  it('lets the last resort report what a function could not', async () => {
    cloud.faults.add('kill:before:codepipeline:PutJobSuccessResult:fn=Gate:times=all');
    await put('source.zip', 'what the pipeline deploys');
    const name = outputs.PipelineName ?? '';
    const { pipelineExecutionId = '' } = await new CodePipelineClient(client()).send(
      new StartPipelineExecutionCommand({ name }),
    );
    const { actions } = await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
    expect(actions.find(({ actionName }) => actionName === 'Gate')).toMatchObject({ status: 'Succeeded' });
    expect(invoked.some((one) => one.startsWith('Outside-LastResort'))).toBe(true);
  });

  const hasLint = spawnSync('cfn-lint', ['--version']).status === 0;
  it.skipIf(!hasLint)('is accepted by cfn-lint (runs where cfn-lint is installed)', () => {
    const { stdout, status } = spawnSync('cfn-lint', [template], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { cloudControlClient } from '../../infra/scenarios/cloud-control-client.ts';
import { createProduct } from '../../infra/scenarios/document-product.ts';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import type { LocalCloud } from '../../lib/local/index.ts';
import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import { CREDENTIALS } from './journey.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** How the names of functions begin: a template's stack is named first, a module's prefix. */
const GATE = /^\w+-gate/i;
const HOOK = /^\w+-hook/i;
const LAST_RESORT = /^\w+-last-?resort/i;

const HANDLERS = globSync(
  'examples/{apply-log-group,bucket-{engine,hook,parser},check-upload,deployment-gate,last-resort,smoke-test-worker}.ts',
  { cwd: root },
);

/** Runs the command of docs/without-cdk.md on the handlers of the examples: writes a folder for each to `bundles`. */
export async function bundleHandlers(folder: string): Promise<void> {
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

/** Serves a site that is healthy, for the gate and the smoke test. @returns its URL */
export async function serveSite(): Promise<{ readonly url: string; close(): void }> {
  const site = createServer((_request, response) => response.end('healthy'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`, close: () => site.close() };
}

/** What happens in a cloud from now on. */
export function watchCloud({ events }: LocalCloud): Pick<Outside, 'denied' | 'invoked'> {
  const denied: string[] = [];
  const invoked: string[] = [];
  events.on('refusal', ({ action, resource, functionName }) =>
    denied.push(`${functionName ?? 'somebody'}: ${action} on ${resource}`),
  );
  events.on('invocation', ({ functionName }) => invoked.push(functionName));
  return { denied, invoked };
}

/** The handlers of the examples, deployed without the CDK. */
export interface Outside {
  readonly cloud: LocalCloud;
  readonly names: Readonly<Record<'pipeline' | 'files' | 'workflow' | 'workflowRole' | 'launchRole', string>>;
  readonly denied: readonly string[];
  readonly invoked: readonly string[];
}

/** Declares the tests that a deployment of the examples has to pass: each service is answered, and under its own role. */
export function itAnswersEveryService(outside: () => Outside): void {
  const client = ({ cloud: { endpoint, region } } = outside()) => ({
    endpoint,
    region,
    credentials: CREDENTIALS,
    forcePathStyle: true as const,
  });
  const stage = () => ({ client: client() }) as unknown as Stage;
  const put = (Key: string, Body: string) =>
    new S3Client(client()).send(new PutObjectCommand({ Bucket: outside().names.files, Key, Body }));

  async function runPipeline() {
    const { cloud, names } = outside();
    await put('source.zip', 'what the pipeline deploys');
    const start = new StartPipelineExecutionCommand({ name: names.pipeline });
    const { pipelineExecutionId = '' } = await new CodePipelineClient(client()).send(start);
    return cloud.codepipeline.waitForExecution(names.pipeline, pipelineExecutionId);
  }

  it('answers jobs of Lambda actions, one that follows Cloud Control among them, and of a custom action', async () => {
    const { status, actions } = await runPipeline();
    expect(outside().denied).toEqual([]);
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
    const { cloud, names, denied } = outside();
    await put('uploads/a.pdf', content);
    const file = { bucket: names.files, key: 'uploads/a.pdf' };
    const id = cloud.transfer.upload({ workflowId: names.workflow, executionRole: names.workflowRole, file });
    expect(await cloud.transfer.waitForExecution(names.workflow, id)).toMatchObject({ status });
    expect(denied).toEqual([]);
  });

  it('answers an operation of Service Catalog, and its parser tells the parameters', async () => {
    const { cloud, names, denied } = outside();
    const call = serviceCatalogClient(stage());
    const { productId, artifactId } = await createProduct(stage(), call, names.launchRole);
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
    const { cloud, invoked } = outside();
    await cloudControlClient(stage())('CreateResource', {
      TypeName: 'AWS::S3::Bucket',
      DesiredState: JSON.stringify({ BucketName: 'asks-the-hook' }),
    });
    const isAsked = () => invoked.some((name) => HOOK.test(name));
    while (!isAsked()) await cloud.clock.sleep(1_000);
    expect(isAsked()).toBe(true);
  });

  it('lets the last resort report what a function could not', async () => {
    const { cloud, invoked } = outside();
    const gate = invoked.find((name) => GATE.test(name));
    onTestFinished(cloud.faults.add(`kill:before:codepipeline:PutJobSuccessResult:fn=${gate}:times=all`));
    const { actions } = await runPipeline();
    expect(actions.find(({ actionName }) => actionName === 'Gate')).toMatchObject({ status: 'Succeeded' });
    expect(invoked.some((name) => LAST_RESORT.test(name))).toBe(true);
  });
}

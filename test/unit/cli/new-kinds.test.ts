import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct } from '../../../infra/scenarios/document-product.ts';
import { newToken, serviceCatalogClient } from '../../../infra/scenarios/service-catalog-client.ts';
import { kinds } from '../../../lib/cli/new/kinds.ts';
import type { NewHandler } from './new-project.ts';
import { NODE_FOLDER, nameOf, newProject, projectFolder, runNode } from './new-project.ts';
import { runCli } from './run-cli.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ALL = Object.keys(kinds);
const require = createRequire(import.meta.url);
const packageFile = (name: string, file: string) =>
  path.join(path.dirname(require.resolve(`${name}/package.json`)), file);

let folder: string;
let site: Server;
let url: string;
let handlers: readonly NewHandler[];

beforeAll(async () => {
  site = createServer((_request, response) => {
    // A page that pleases every new handler.
    response.setHeader('content-security-policy', "default-src 'self'");
    response.setHeader('strict-transport-security', 'max-age=63072000');
    response.setHeader('x-content-type-options', 'nosniff');
    response.end('<h1>Example Domain</h1>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  folder = projectFolder();
  handlers = await newProject(folder, ALL, url);
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what ringback new writes, of each kind', () => {
  it('compiles, the printed lines too, also where members of records are read by brackets alone', async () => {
    const strict = ['--noPropertyAccessFromIndexSignature', '--noEmit', '-p', '.'];
    const { stdout, stderr } = await runNode([packageFile('typescript', 'bin/tsc'), ...strict], folder).catch(
      (error) => error,
    );
    const errors = stdout.split('\n').filter((line: string) => line.includes('error TS'));
    // The sources of this repository, which the project compiles along with its own, may read them as they like.
    const ours = /^\.\.\/.*: error TS4111:/;
    expect({ errors: errors.filter((line: string) => !ours.test(line)), stderr }).toEqual({ errors: [], stderr: '' });
    expect(errors).not.toEqual([]);
  }, 300_000);

  it('has a test that passes', async () => {
    const results = path.join(folder, 'results.json');
    const options = ['--root', folder, '--config', path.join(ROOT, 'vitest.config.ts')];
    const reporter = ['--reporter', 'json', '--outputFile', results];
    const run = await runNode([packageFile('vitest', 'vitest.mjs'), 'run', ...options, ...reporter], folder).catch(
      (error) => error,
    );
    const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as {
      testResults: { name: string; assertionResults: { status: string; failureMessages: string[] }[] }[];
    };
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(all.flatMap(({ failureMessages }) => failureMessages)).toEqual([]);
    expect(new Set(all.map(({ status }) => status)), run.stderr).toEqual(new Set(['passed']));
    expect(testResults.map(({ name }) => path.relative(folder, name)).sort()).toEqual(
      handlers.map(({ files }) => files.at(-1)).sort(),
    );
  }, 300_000);

  it('has a test that passes by the runner of Node, too', async () => {
    const files = ALL.map((kind) => `${NODE_FOLDER}/test/${nameOf(kind)}.test.ts`);
    const options = ['--conditions=ringback-source', '--test', '--test-reporter=tap'];
    const { stdout } = await runNode([...options, ...files], folder).catch((error) => error);
    expect(stdout).toMatch(/\n# fail 0\n/);
    expect(stdout).toMatch(/\n# pass [1-9]\d\n/);
  }, 300_000);

  it('answers well when it is tried as printed', async () => {
    for (const { file, event } of handlers.flatMap(({ events }) => events)) {
      const sample = await runCli(['event', event]);
      const stdin = sample.stdout.replaceAll(/https:\/\/example\.com\/\w*/g, url);
      const { code, stdout, stderr } = await runCli(['invoke', file, '--event', '-', '--json'], { cwd: folder, stdin });
      expect({ file, code, stderr }).toEqual({ file, code: 0, stderr: '' });
      const { verdict, answers } = JSON.parse(stdout) as { verdict: string; answers: { operation: string }[] };
      expect(`${file}: ${verdict}`).toMatch(/: (answered|returned)$/);
      expect(JSON.stringify(answers)).not.toMatch(/FailureResult|FAIL/);
    }
  }, 300_000);
});

describe('the stack that is made of the printed lines', () => {
  let cloud: LocalCloud;
  let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  let outputs: Readonly<Record<string, unknown>>;
  const refusals: unknown[] = [];

  beforeAll(async () => {
    await runNode(['--conditions=ringback-source', 'app.ts'], folder);
    cloud = await createLocalCloud();
    cloud.events.on('refusal', (refusal) => refusals.push(refusal));
    const { stacks } = await cloud.deploy({ assembly: path.join(folder, 'cdk.out') });
    outputs = stacks[0]?.outputs ?? {};
    const credentials = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'any' };
    client = { endpoint: cloud.endpoint, region: cloud.region, credentials };
  });
  afterAll(() => cloud?.stop());

  it('leaves two findings of cdk-nag to be judged: the rotation of a secret, and the names of buckets', () => {
    const { pluginReports } = JSON.parse(
      readFileSync(path.join(folder, 'cdk.out', 'validation-report.json'), 'utf8'),
    ) as {
      pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
    };
    const found = pluginReports
      .flatMap(({ violations }) => violations)
      .flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${constructPath} ${ruleName}`),
      )
      .filter((finding) => !/^New\/(Source|Uploads|UserRole|User|Server|Pipeline)\//.test(finding));
    expect(found.sort()).toEqual([
      'New/NewProvisioningEngineLaunchRole/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::arn:aws:s3:::pp-*]',
      'New/NewThirdPartyJobWorkerTokens/Resource AwsSolutions-SMG4',
    ]);
  });

  it('runs a pipeline whose jobs the pipeline job, the job worker and the resource request do', async () => {
    const name = String(outputs.PipelineName);
    const source = { Bucket: String(outputs.SourceBucket), Key: 'source.zip', Body: 'what is released' };
    await new S3Client({ ...client, forcePathStyle: true }).send(new PutObjectCommand(source));
    const started = await new CodePipelineClient(client).send(new StartPipelineExecutionCommand({ name }));
    const { status, actions } = await cloud.codepipeline.waitForExecution(name, started.pipelineExecutionId ?? '');
    expect(actions.map(({ actionName, errorDetails }) => `${actionName} ${errorDetails?.message ?? 'well'}`)).toEqual(
      expect.arrayContaining(['NewPipelineJob well', 'NewJobWorker well', 'NewResourceRequest well']),
    );
    expect({ status, refusals }).toEqual({ status: 'Succeeded', refusals: [] });
  });

  it('has an upload checked by the workflow step', async () => {
    const sent = new Promise((resolve) => {
      cloud.events.on('call', ({ operation, input }) => operation === 'SendWorkflowStepState' && resolve(input));
    });
    const upload = { Bucket: String(outputs.UploadsBucket), Key: 'ada/sales.csv' };
    const Body = 'day,customer,amount\n2026-11-20,ada,12.50\n';
    await new S3Client({ ...client, forcePathStyle: true }).send(new PutObjectCommand({ ...upload, Body }));
    expect(await sent).toMatchObject({ Status: 'SUCCESS' });
    expect(refusals).toEqual([]);
  });

  it('has a product provisioned by the engine', async () => {
    const stage = { client: { ...client, forcePathStyle: true } } as Parameters<typeof createProduct>[0];
    const call = serviceCatalogClient(stage);
    const { productId, artifactId } = await createProduct(stage, call, 'SCLaunchNewProvisioningEngine');
    const { RecordDetail: record } = await call('ProvisionProduct', {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
      ProvisionedProductName: 'reports',
      ProvisioningParameters: [{ Key: 'Versioning', Value: 'Suspended' }],
      ProvisionToken: newToken(),
    });
    const result = await cloud.servicecatalog.waitForRecord((record as { RecordId: string }).RecordId);
    const { Buckets = [] } = await new S3Client(stage.client).send(new ListBucketsCommand({}));
    expect(result).toMatchObject({ outputs: { BucketName: expect.stringMatching(/^pp-/) } });
    expect(Buckets.map(({ Name }) => Name)).toContain(result.outputs.BucketName);
    expect(refusals).toEqual([]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsConnection, callJson } from '../../../../lib/aws/index.ts';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEventName, type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';
import type { FunctionCaller, InvocationResult } from '../../../../lib/local/kernel/ports.ts';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createServiceCatalog } from '../../../../lib/local/servicecatalog/servicecatalog.ts';
import { createSqs } from '../../../../lib/local/sqs/create-sqs.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';
import { expectOutput } from '../codepipeline/expect-output.ts';

export const ACCOUNT = '123456789012';
export const LAUNCH_ROLE = `arn:aws:iam::${ACCOUNT}:role/Launch`;
const REGION = 'us-east-1';
const API = { service: 'servicecatalog', targetPrefix: 'AWS242ServiceCatalogService', jsonVersion: '1.1' } as const;

/** What the parser was asked, and by whom. */
export interface ParserCall {
  readonly functionArn: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look inside
  readonly request: any;
  readonly caller: FunctionCaller;
}

export type TestCloud = Awaited<ReturnType<typeof createTestCloud>>;

/** Service Catalog on the wire, with the real queues, buckets and IAM behind it; parsers are stand-ins. */
export async function createTestCloud(options: { openSourceProducts?: boolean } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'servicecatalog-'));
  const clock = createClock({ speed: 1000 });
  const events = createEventStream();
  const seen: [CloudEventName, unknown][] = [];
  events.onAny((name, event) => seen.push([name, event]));
  let endpoint = '';
  const shared = {
    clock,
    events,
    accountId: ACCOUNT,
    region: REGION,
    partition: 'aws',
    uuid: () => crypto.randomUUID(),
  };
  const identity = createIdentity(shared);
  const kernel: Kernel = { ...shared, identity, dataDir, random: Math.random, endpoint: () => endpoint };
  const sqs = createSqs(kernel);
  const s3 = createS3(kernel);
  const parserCalls: ParserCall[] = [];
  let parse = (_call: ParserCall): InvocationResult => ({ payload: '{"parameters":[]}' });
  const functions = {
    invokeEvent: () => Promise.reject(new Error('parsers are invoked synchronously')),
    async invokeSync(functionArn: string, payload: string, caller: FunctionCaller) {
      const call = { functionArn, request: JSON.parse(payload), caller };
      parserCalls.push(call);
      return parse(call);
    },
  };
  const service = createServiceCatalog(kernel, { functions, s3, queues: sqs, ...options });
  const services = [identity, s3, sqs, service];
  const wire = await createWire({ kernel, services, port: 0 });
  endpoint = wire.endpoint;

  function connectionOf(accessKeyId: string, secretAccessKey: string, sessionToken?: string): AwsConnection {
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    return { region: REGION, endpoint: () => new URL(endpoint), credentials: async () => credentials };
  }

  const developer = connectionOf('AKIAEXAMPLEEXAMPLE00', 'example');
  const root = identity.principalOf('AKIAEXAMPLEEXAMPLE00');

  // biome-ignore lint/suspicious/noExplicitAny: an output's shape is the model's; each test reads what it expects
  async function call(operation: string, input: object, connection = developer): Promise<any> {
    const output = await callJson(connection, API, operation, input);
    if (service.json?.model) expectOutput(service.json.model, operation, output);
    return output;
  }

  function declare(type: string, logicalId: string, properties: Record<string, unknown>) {
    const provider = services.map(({ resources }) => resources?.[type]).find((found) => found !== undefined);
    if (provider === undefined) throw new Error(`no provider of ${type}`);
    return provider({ type, logicalId, stackName: 'Test', properties, assemblyDir: '' });
  }

  /** A queue that Service Catalog may send to. */
  async function queue(name: string, statement: object = {}): Promise<string> {
    const created = await declare('AWS::SQS::Queue', name, { QueueName: name });
    const allow = {
      Effect: 'Allow',
      Principal: { Service: 'servicecatalog.amazonaws.com' },
      Action: 'sqs:SendMessage',
    };
    await declare('AWS::SQS::QueuePolicy', `${name}Policy`, {
      Queues: [created.ref],
      PolicyDocument: { Statement: [{ ...allow, Resource: created.attributes?.Arn, ...statement }] },
    });
    return String(created.attributes?.Arn);
  }

  /** Puts a file where new versions are read from, and gives its address. */
  function upload(key: string, body: string): string {
    declare('AWS::S3::Bucket', 'Sources', { BucketName: 'sources' });
    s3.put(root, 'sources', key, Buffer.from(body));
    return `https://sources.s3.us-east-1.amazonaws.com/${key}`;
  }

  /** A product in a portfolio, offered under a launch role unless that is null. */
  async function product(type = 'EXTERNAL', launchRoleArn: string | null = LAUNCH_ROLE) {
    const made = await call('CreateProduct', {
      Name: `a product of ${type}`,
      Owner: 'platform',
      ProductType: type,
      ProvisioningArtifactParameters: artifactProperties(upload('first.zip', 'the first version'), type),
      IdempotencyToken: crypto.randomUUID(),
    });
    const productId: string = made.ProductViewDetail.ProductViewSummary.ProductId;
    const portfolio = await call('CreatePortfolio', {
      DisplayName: 'Networks',
      ProviderName: 'platform',
      IdempotencyToken: crypto.randomUUID(),
    });
    const PortfolioId: string = portfolio.PortfolioDetail.Id;
    await call('AssociateProductWithPortfolio', { ProductId: productId, PortfolioId });
    if (launchRoleArn !== null) {
      await call('CreateConstraint', {
        PortfolioId,
        ProductId: productId,
        Type: 'LAUNCH',
        Parameters: JSON.stringify({ RoleArn: launchRoleArn }),
        IdempotencyToken: crypto.randomUUID(),
      });
    }
    return { productId, artifactId: made.ProvisioningArtifactDetail.Id as string };
  }

  return {
    endpoint,
    kernel,
    service,
    sqs,
    s3,
    root,
    call,
    declare,
    queue,
    upload,
    product,
    parserCalls,
    /** How parsers answer from now on. */
    parseWith(next: (call: ParserCall) => InvocationResult) {
      parse = next;
    },
    seen: <Name extends CloudEventName>(name: Name) =>
      seen.filter(([one]) => one === name).map(([, event]) => event as CloudEvents[Name]),
    /** The launch role, with what Service Catalog itself needs. */
    launchRole(actions: readonly string[] = ['resource-groups:CreateGroup', 'tag:TagResources']) {
      return declare('AWS::IAM::Role', 'Launch', {
        RoleName: 'Launch',
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'servicecatalog.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } },
        ],
      });
    },
    /** Takes the next message of a queue, once it is there. */
    // biome-ignore lint/suspicious/noExplicitAny: tests look inside
    async message(queueArn: string): Promise<any> {
      for (;;) {
        const [message] = sqs.receive(queueArn, 1);
        if (message !== undefined) {
          sqs.delete(queueArn, message.receiptHandle);
          return JSON.parse(message.body);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    /** Client options of a role that may do what is said, and nothing else. */
    as(...actions: readonly string[]): AwsConnection {
      const RoleName = `Role${crypto.randomUUID().slice(0, 8)}`;
      declare('AWS::IAM::Role', RoleName, {
        RoleName,
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } },
        ],
      });
      const issued = identity.issue(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`, { sessionName: 'session' });
      return connectionOf(issued.accessKeyId, issued.secretAccessKey, issued.sessionToken);
    },
    async close() {
      await wire.close();
      for (const one of services) await (one as { stop?: () => unknown }).stop?.();
      clock.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The properties of a new version. */
export function artifactProperties(address: string, type = 'EXTERNAL') {
  return { Name: 'v1', Type: type, Info: { LoadTemplateFromURL: address }, DisableTemplateValidation: true };
}

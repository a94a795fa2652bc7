import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answered, RecordedCloud } from '../recorded-cloud.ts';

export const FUNCTIONS = '/2015-03-31/functions';
export const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`;

/** Functions by name: their source, and what is configured beside the defaults. */
const SOURCES: Readonly<Record<string, readonly [source: string, properties?: object]>> = {
  echo: ['exports.handler = async (event) => event;'],
  silent: ['exports.handler = async () => {};'],
  counting: ['let counter = 0; exports.handler = async () => ({ counter: counter++ });'],
  failing: ['exports.handler = async () => { throw new Error("intentional failure"); };'],
  failingWithin: ['exports.handler = async () => { throw new Error("Error: some_error_msg"); };', { Timeout: 3 }],
  late: ['exports.handler = () => new Promise(() => setTimeout(() => {}, 1e6));', { Timeout: 1 }],
  exiting: ['exports.handler = async () => process.exit(0);'],
  large: ['exports.handler = async () => "x".repeat(7_000_000);'],
  context: ['exports.handler = async (_event, context) => context;'],
  printing: ['exports.handler = async () => { console.log("{}"); return {}; };'],
  environment: ['exports.handler = async () => process.env;', { MemorySize: 1024 }],
  blocked: ['exports.handler = async () => {};', { ReservedConcurrentExecutions: 0 }],
  reporting: ['exports.handler = async () => ({ told: true });'],
  telling: ['exports.handler = async () => { throw new Error("intentional failure"); };'],
  dead: [
    'exports.handler = async () => { throw new Error("intentional failure"); };',
    { DeadLetterConfig: { TargetArn: queueArn('dead-letters') } },
  ],
};

export const invoke = (
  cloud: RecordedCloud,
  name: string,
  { body = '{}', ...headers }: Readonly<Record<string, string>> = {},
  query = '',
) => cloud.rest('lambda', 'POST', `${FUNCTIONS}/${name}/invocations${query}`, { headers, body });
export const failed = (errorType: string, errorMessage: string): Partial<Answered> => ({
  status: 200,
  headers: { 'x-amz-function-error': 'Unhandled', 'x-amz-executed-version': '$LATEST' },
  body: { errorType, errorMessage },
});

export const put = (cloud: RecordedCloud, path: string, input: object) =>
  cloud.rest('lambda', 'PUT', path, { body: JSON.stringify(input) });

/** Puts the request's id out of a message, where AWS's recordings have a placeholder. */
export const withoutIds = (answered: Answered): Answered =>
  JSON.parse(JSON.stringify(answered).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'));

/** The only message that comes to a queue, its body read. */
export async function received(cloud: RecordedCloud, name: string): Promise<Answered> {
  const QueueUrl = `${cloud.cloud.endpoint}/123456789012/${name}`;
  const input = { QueueUrl, WaitTimeSeconds: 20, MessageAttributeNames: ['All'] };
  for (;;) {
    const { status, body } = await cloud.json('AmazonSQS.ReceiveMessage', input);
    const [message] = (body as { Messages?: { Body: string }[] }).Messages ?? [];
    if (message !== undefined) return withoutIds({ status, body: { ...message, Body: JSON.parse(message.Body) } });
  }
}

/** The lines at the end of an invocation's log, without what differs from one to the next. */
export async function logOf(cloud: RecordedCloud, name: string): Promise<Answered> {
  const { status, headers } = await invoke(cloud, name, { 'x-amz-log-type': 'Tail' });
  const log = Buffer.from(headers?.['x-amz-log-result'] ?? '', 'base64').toString('utf8');
  const lines = log
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/^\d{4}-\S+Z/gm, 'DATE')
    .replace(/[\d.]+ ms/g, 'N ms')
    .replace(/Used: \d+ MB/, 'Used: N MB');
  return { status, body: lines.split('\n') };
}

/** Makes the queues, the role and the functions. */
export async function prepare(cloud: RecordedCloud): Promise<void> {
  const queues = ['dead-letters', 'successes', 'failures'];
  for (const QueueName of queues) await cloud.json('AmazonSQS.CreateQueue', { QueueName });
  const folder = await mkdtemp(join(tmpdir(), 'ringback-facts-'));
  const template = join(folder, 'template.json');
  await writeFile(template, JSON.stringify({ Resources: { Role: role(), ...functions(), ...destinations() } }));
  await cloud.cloud.deploy({ template });
  await rm(folder, { recursive: true });
}

const role = () => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'send',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }],
        },
      },
    ],
  },
});

function functions(): object {
  const entries = Object.entries(SOURCES).map(([name, [ZipFile, properties = {}]]) => {
    const Role = { 'Fn::GetAtt': ['Role', 'Arn'] };
    const defaults = { FunctionName: name, Role, Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 30 };
    return [name, { Type: 'AWS::Lambda::Function', Properties: { ...defaults, Code: { ZipFile }, ...properties } }];
  });
  return Object.fromEntries(entries);
}

function destinations(): object {
  const to = (name: string) => ({ Destination: queueArn(name) });
  const config = (FunctionName: string, MaximumRetryAttempts: number) => ({
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: FunctionName },
      Qualifier: '$LATEST',
      MaximumRetryAttempts,
      DestinationConfig: { OnSuccess: to('successes'), OnFailure: to('failures') },
    },
  });
  const never = {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'dead' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
  };
  return { reportingConfig: config('reporting', 0), tellingConfig: config('telling', 2), deadConfig: never };
}

import { onTestFinished } from 'vitest';
import { createLocalCloud, type LocalCloudOptions } from '../../../../lib/local/index.ts';
import { parseXml, type XmlElement } from '../../../../lib/local/s3/xml.ts';

// biome-ignore lint/suspicious/noExplicitAny: each operation has an answer of its own
export type Answer = any;

const JSON_SERVICES = {
  cloudcontrol: ['CloudApiService', '1.0', 'cloudcontrolapi'],
  dynamodb: ['DynamoDB_20120810', '1.0', 'dynamodb'],
  events: ['AWSEvents', '1.1', 'events'],
  logs: ['Logs_20140328', '1.1', 'logs'],
  secretsmanager: ['secretsmanager', '1.1', 'secretsmanager'],
  sqs: ['AmazonSQS', '1.0', 'sqs'],
  ssm: ['AmazonSSM', '1.1', 'ssm'],
} as const;

/** A local cloud that ends with the test, and clients of its services that know no SDK. */
export async function startCloud(options: LocalCloudOptions = {}) {
  const cloud = await createLocalCloud({ speed: 1_000, ...options });
  onTestFinished(() => cloud.stop());
  const notices: string[] = [];
  cloud.events.on('notice', ({ message }) => notices.push(message));

  function send(service: string, path: string, init: RequestInit & { accessKeyId?: string | undefined }) {
    const scope = `${init.accessKeyId ?? 'AKIDEVELOPER'}/20260101/us-east-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
    return fetch(`${cloud.endpoint}${path}`, { ...init, headers: { authorization, ...init.headers } });
  }

  /** Calls an operation of a JSON service; an error is answered as its code and message. */
  async function json(
    service: keyof typeof JSON_SERVICES,
    operation: string,
    input: object = {},
    accessKeyId?: string,
  ): Promise<Answer> {
    const [prefix, version, signingName] = JSON_SERVICES[service];
    const response = await send(signingName, '/', {
      method: 'POST',
      headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${prefix}.${operation}` },
      body: JSON.stringify(input),
      accessKeyId,
    });
    const { __type, ...members } = JSON.parse((await response.text()) || '{}');
    return __type === undefined ? members : { code: __type, message: members.message, status: response.status };
  }

  /** Calls an action of a query service. */
  async function query(service: 'iam' | 'cloudformation', action: string, input: Record<string, string> = {}) {
    const body = new URLSearchParams({ Action: action, ...input }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await send(service, '/', { method: 'POST', headers, body });
    const text = (await response.text()).replace(/^<\?xml[^>]*>\s*/, '');
    return { status: response.status, text, root: parseXml(text) };
  }

  /** What Cloud Control says of a request once it has come to its end. */
  async function settled(answer: Answer): Promise<Answer> {
    const { RequestToken } = answer.ProgressEvent;
    for (;;) {
      const status = await json('cloudcontrol', 'GetResourceRequestStatus', { RequestToken });
      if (!status.ProgressEvent.OperationStatus.endsWith('IN_PROGRESS')) return status;
      await cloud.clock.sleep(500);
    }
  }

  /** Properties of a resource as GetResource tells them. */
  async function properties(TypeName: string, Identifier: string): Promise<Answer> {
    const answer = await json('cloudcontrol', 'GetResource', { TypeName, Identifier });
    return answer.code === undefined ? JSON.parse(answer.ResourceDescription.Properties) : answer;
  }

  /** The access key of a session of a new role that has these statements. */
  async function roleKey(...Statement: readonly object[]): Promise<string> {
    const RoleName = `role-${Math.random().toString(36).slice(2)}`;
    const trust = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust });
    const PolicyDocument = JSON.stringify({ Statement });
    await query('iam', 'PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument });
    const arn = `arn:aws:iam::123456789012:role/${RoleName}`;
    return cloud.identity.issue(arn, { sessionName: 'test' }).accessKeyId;
  }

  return { cloud, notices, send, json, query, settled, properties, roleKey };
}

/** A running cloud with its clients. */
export type CloudClient = Awaited<ReturnType<typeof startCloud>>;

/** The text of the first element of that name. */
export function textIn(root: XmlElement, name: string): string | undefined {
  if (root.name === name) return root.text;
  return root.children.map((child) => textIn(child, name)).find((text) => text !== undefined);
}

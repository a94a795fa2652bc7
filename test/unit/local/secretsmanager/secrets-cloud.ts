import { createHash } from 'node:crypto';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { createKms } from '../../../../lib/local/identity/kms.ts';
import type { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { createSecretsManager } from '../../../../lib/local/secretsmanager/secretsmanager.ts';
import type { Interceptor } from '../../../../lib/local/wire/interceptor.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';

export const ACCOUNT = '123456789012';
/** What an ARN of a secret begins with. */
export const ARN_PREFIX = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:`;

export type SecretsCloud = Awaited<ReturnType<typeof createSecretsCloud>>;

/** An answer of Secrets Manager: its members, and for an error its code and message. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's; each test reads what it expects
export type Answer = Readonly<Record<string, any>>;

/** Secrets Manager, IAM and KMS as they are, on a clock that only `advance` moves. */
export async function createSecretsCloud() {
  let real = Date.UTC(2026, 0, 1, 15);
  let ids = 0;
  let numbers = 0;
  const clock = createClock({ realNow: () => real });
  const events = createEventStream();
  const owner = { accountId: ACCOUNT, partition: 'aws', region: 'eu-west-1' };
  const uuid = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  // Numbers that look random and are the same each time.
  const random = () => createHash('sha256').update(String(numbers++)).digest().readUInt32BE() / 2 ** 32;
  const identity = createIdentity({ ...owner, clock, events, uuid });
  const kernel: Kernel = {
    ...owner,
    clock,
    events,
    identity,
    dataDir: '',
    uuid,
    random,
    endpoint: () => wire.endpoint,
  };
  const kms = createKms(kernel);
  const secretsmanager = createSecretsManager(kernel, {
    authorizeKey: (principal, key, action, context) => kms.authorize(principal, action, key, context),
  });
  const services: readonly LocalService[] = [identity, kms, secretsmanager];
  const failures: AwsError[] = [];
  const interceptor: Interceptor = {
    before() {
      const error = failures.shift();
      return error === undefined ? undefined : { kind: 'error', error };
    },
  };
  const wire = await createWire({ kernel, services, port: 0, interceptors: [interceptor] });
  const refusals: CloudEvents['refusal'][] = [];
  events.on('refusal', (refusal) => refusals.push(refusal));

  /** Creates a resource as a template of the stack `Shop` declares it. */
  async function declare(type: string, logicalId: string, properties: object) {
    const provider = services.flatMap(({ resources }) => resources?.[type] ?? [])[0];
    if (provider === undefined) throw new Error(`no resource ${type}`);
    return provider({ type, logicalId, stackName: 'Shop', properties, assemblyDir: '' });
  }

  return {
    kernel,
    services,
    refusals,
    /** What the next calls end in, one each. */
    failures,
    declare,
    secretsmanager,
    /** Calls an operation as the developer, or with the keys of a role. */
    async call(operation: string, input: object, accessKeyId = 'AKIDEVELOPER'): Promise<Answer> {
      const credential = `${accessKeyId}/20260101/eu-west-1/secretsmanager/aws4_request`;
      const response = await fetch(wire.endpoint, {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `secretsmanager.${operation}`,
        },
        body: JSON.stringify(input),
      });
      const { __type, ...members } = (await response.json()) as Answer;
      return __type === undefined ? members : { code: __type, message: members.message };
    },
    /** The access key of a session of a role that has these statements. */
    async role(...Statement: readonly object[]): Promise<string> {
      const created = await declare('AWS::IAM::Role', `Role${++ids}`, {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: Statement.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: { Statement } }],
      });
      return identity.issue(String(created.attributes?.Arn), { sessionName: 'test' }).accessKeyId;
    },
    advance: (ms: number) => {
      real += ms;
    },
    async close() {
      clock.stop();
      await wire.close();
    },
  };
}

/** A statement that allows actions of Secrets Manager, or of KMS, on a resource. */
export function allow(Action: string | readonly string[], Resource: string): object {
  return { Effect: 'Allow', Action, Resource };
}

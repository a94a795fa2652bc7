import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AwsConnection, AwsCredentials } from '../../../../lib/aws/index.ts';
import {
  type ArtifactAccess,
  createInputArtifact,
  createOutputArtifact,
  type InputArtifact,
  type OutputArtifact,
} from '../../../../lib/codepipeline/artifacts/index.ts';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
export const BUCKET = 'pipeline-artifacts';

/** The local S3 with one bucket and one role, and artifacts in it. */
export interface ArtifactCloud {
  /** A folder of this cloud's own, removed with it. */
  readonly folder: string;
  /** What S3 was asked, in order; a test may empty it. */
  readonly requests: S3Request[];
  /** Where an object's bytes lie. */
  stored(key: string): { file: string; serverSideEncryption?: string; kmsKeyId?: string };
  put(key: string, body: Buffer): void;
  input(key: string, options?: AccessOptions): InputArtifact;
  output(key: string, options?: AccessOptions): OutputArtifact;
  content(key: string): Promise<Buffer>;
  /** Credentials of a role with these actions on every object. */
  credentialsOf(actions: readonly string[]): Promise<AwsCredentials>;
  close(): Promise<void>;
}

/** A request as it came: `GET`, and which bytes it asked for. */
export interface S3Request {
  readonly method: string;
  readonly range: string | undefined;
}

/** Who reads or writes, and until when. */
export interface AccessOptions {
  readonly credentials?: AwsCredentials;
  readonly signal?: AbortSignal;
  readonly encryptionKeyId?: string;
}

const DEVELOPER: AwsCredentials = { accessKeyId: 'AKIDEVELOPER', secretAccessKey: 'secret' };

export async function createArtifactCloud(): Promise<ArtifactCloud> {
  const folder = await mkdtemp(path.join(tmpdir(), 'artifacts-'));
  const clock = createClock();
  const events = createEventStream();
  const owner = { accountId: ACCOUNT, partition: 'aws', region: REGION };
  const identity = createIdentity({ ...owner, clock, events, uuid: randomUUID });
  const kernel: Kernel = {
    ...owner,
    clock,
    events,
    identity,
    dataDir: path.join(folder, 'data'),
    uuid: randomUUID,
    random: Math.random,
    endpoint: () => wire.endpoint,
  };
  const s3 = createS3(kernel);
  const requests: S3Request[] = [];
  const watched = watch(s3, requests);
  const wire = await createWire({ kernel, services: [watched, identity], port: 0 });
  const declare = (type: string, logicalId: string, properties: Record<string, unknown>) =>
    (s3.resources?.[type] ?? identity.resources?.[type])?.({
      type,
      logicalId,
      stackName: 'Test',
      properties,
      assemblyDir: folder,
    });
  await declare('AWS::S3::Bucket', 'Artifacts', { BucketName: BUCKET });

  const root = identity.principalOf(DEVELOPER.accessKeyId);
  const connection: AwsConnection = {
    region: REGION,
    credentials: () => Promise.reject(new Error("the function's own credentials must not be used for artifacts")),
    endpoint: () => new URL(wire.endpoint),
  };
  const access = ({ credentials = DEVELOPER, signal, encryptionKeyId }: AccessOptions = {}): ArtifactAccess => ({
    connection,
    credentials: async () => credentials,
    signal: signal ?? new AbortController().signal,
    ...(encryptionKeyId ? { encryptionKeyId } : {}),
  });
  let roles = 0;

  return {
    folder,
    requests,
    stored: (key) => s3.get(root, BUCKET, key),
    put: (key, body) => void s3.put(root, BUCKET, key, body),
    input: (key, options) =>
      createInputArtifact({ name: 'Source', revision: 'r1', bucket: BUCKET, key }, access(options)),
    output: (key, options) => createOutputArtifact({ name: 'Built', bucket: BUCKET, key }, access(options)),
    content: (key) => readFile(s3.get(root, BUCKET, key).file),
    async credentialsOf(actions) {
      const RoleName = `role-${++roles}`;
      await declare('AWS::IAM::Role', RoleName, {
        RoleName,
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'artifacts',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
          },
        ],
      });
      return identity.issue(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`, { sessionName: 'job' });
    },
    async close() {
      await wire.close();
      clock.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same service, which keeps what it is asked in `requests`. */
function watch(service: LocalService, requests: S3Request[]): LocalService {
  const { http } = service;
  if (http === undefined) throw new Error('S3 has no HTTP API');
  return {
    ...service,
    http: {
      ...http,
      handle(request, response, context) {
        requests.push({ method: request.method ?? '', range: request.headers.range });
        return http.handle(request, response, context);
      },
    },
  };
}

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { zipOf } from '../../../lib/archive/index.ts';
import { createConnection } from '../../../lib/aws/index.ts';
import { createS3Client } from '../../../lib/aws/s3/index.ts';
import type { Log } from '../../../lib/core/secrets/log.ts';
import { createLocalCloud, type LocalCloudOptions } from '../../../lib/local/index.ts';
import type { TerraformHooks, TerraformSettings } from '../../../lib/terraform/engine-options.ts';
import type { TerraformOperation } from '../../../lib/terraform/operation.ts';
import { openProductStore } from '../../../lib/terraform/product-store.ts';
import { runOperation } from '../../../lib/terraform/run-operation.ts';

export const STATE_BUCKET = 'terraform-states';
export const ACCOUNT = '123456789012';
export const TRACER = 'SERVICE_CATALOG_TERRAFORM_INTEGRATION-DO_NOT_DELETE';

/** An artifact of these files, zipped. */
export async function artifactOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const members = Object.entries(files).map(([path, content]) => ({
    kind: 'file' as const,
    path,
    modifiedAt: new Date(0),
    executable: false,
    open: async () => Readable.from([Buffer.from(content)]),
  }));
  const pieces: Buffer[] = [];
  for await (const piece of zipOf(members)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What a run of {@link startLocalRuns} is told. */
export interface RunRequest {
  readonly type?: TerraformOperation['type'];
  readonly files?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly hooks?: TerraformHooks;
  readonly limitMs?: number;
  readonly binary?: string;
  readonly product?: string;
  readonly settings?: Partial<TerraformSettings>;
  readonly launchRoleArn?: string;
  readonly signal?: AbortSignal;
}

/** A local cloud with a bucket of states, and operations on a product that run in this process. */
export async function startLocalRuns(options: LocalCloudOptions = {}) {
  const cloud = await createLocalCloud(options);
  const env = {
    ...process.env,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const connection = createConnection({ env });
  const lines: string[] = [];
  const at = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { debug: at, info: at, warn: at, error: at };
  const client = createS3Client({ connection });
  const location = { bucket: STATE_BUCKET, key: '' };
  (await client.send({ location, action: 's3:CreateBucket', method: 'PUT' })).resume();
  const store = openProductStore(client, STATE_BUCKET, undefined);
  return {
    cloud,
    env,
    connection,
    log,
    store,
    lines,
    keyOf: (product = 'pp-1') => `${ACCOUNT}/${product}`,
    async run(request: RunRequest = {}) {
      const { type = 'PROVISION_PRODUCT', parameters = {}, tags = {}, hooks = {}, product = 'pp-1' } = request;
      const id = `rec-${randomUUID().slice(0, 8)}`;
      const endsAt = Date.now() + (request.limitMs ?? 120_000);
      return runOperation(
        {
          id,
          type,
          provisionedProduct: { id: product, name: 'shop' },
          productId: 'prod-1',
          provisioningArtifactId: 'pa-1',
          accountId: ACCOUNT,
          launchRoleArn: request.launchRoleArn,
          tracerTag: { key: TRACER, value: product },
          tags,
          parameters,
          artifact: type === 'TERMINATE_PROVISIONED_PRODUCT' ? undefined : 's3://sc-artifacts/shop',
        },
        {
          settings: { stateBucket: STATE_BUCKET, ...request.settings },
          hooks,
          binary: request.binary ?? 'terraform',
          connection,
          log,
          signal: request.signal ?? new AbortController().signal,
          remainingMs: () => endsAt - Date.now(),
          readArtifact: () => artifactOf(request.files ?? {}),
          env,
        },
      );
    },
    stop: () => cloud.stop(),
  };
}

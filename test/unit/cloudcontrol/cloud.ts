import { createConnection } from '../../../lib/aws/index.ts';
import type { CloudControlRuntime } from '../../../lib/cloudcontrol/cloudcontrol-runtime.ts';
import { createRequestRate } from '../../../lib/cloudcontrol/request-rate.ts';
import { createTypeSchemas } from '../../../lib/cloudcontrol/type-schema.ts';
import type { LocalCloudOptions } from '../../../lib/local/index.ts';
import { startCloud } from '../local/cloudcontrol/cloud-client.ts';

/** A call that reached the cloud. */
export interface SeenCall {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an input of its own shape
  readonly input: any;
}

/** A local cloud, a runtime that calls it on its clock, and what was called. */
export async function startCloudControl(options: LocalCloudOptions = {}) {
  const client = await startCloud(options);
  const { cloud } = client;
  const calls: SeenCall[] = [];
  cloud.events.on('call', ({ operation, input }) => void calls.push({ operation, input }));
  const connect = (accessKeyId: string) =>
    createConnection({
      env: { AWS_ENDPOINT_URL: cloud.endpoint, AWS_REGION: cloud.region },
      credentials: async () => ({ accessKeyId, secretAccessKey: 'any' }),
    });
  /** The runtime of a process whose role has this access key. */
  const runtimeOf = (accessKeyId = 'AKIDEVELOPER'): CloudControlRuntime => ({
    time: { now: () => cloud.clock.now(), sleep: (ms) => cloud.clock.sleep(ms), random: () => 0.5 },
    rate: createRequestRate(),
    schemas: createTypeSchemas(),
    connect: (_region, _credentials) => connect(accessKeyId),
  });
  const countOf = (operation: string) => calls.filter((call) => call.operation === operation).length;
  return { ...client, calls, countOf, runtimeOf, runtime: runtimeOf() };
}

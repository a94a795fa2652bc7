import { systemTime } from '../aws/index.ts';
import { createCloudControl } from '../local/cloudcontrol/cloudcontrol.ts';
import { describeType } from '../local/cloudcontrol/describe-type.ts';
import type { HandlerErrorCode } from '../local/cloudcontrol/handler-error.ts';
import { typeActions } from '../local/cloudformation/type-actions.ts';
import type { Credentials, Kernel, Principal } from '../local/kernel/kernel.ts';
import type { LocalService } from '../local/kernel/service.ts';
import { createQueryApi } from '../local/wire/query-api.ts';
import { createKeptTypes, type RecordedResource } from './kept-types.ts';
import type { RecordedCalls } from './recorded-calls.ts';

/** How a request of Cloud Control ends that does not succeed. */
export interface FailedRequest {
  /** Such as `Throttling`. */
  readonly errorCode: HandlerErrorCode;
  /** Whether the resource was made, changed or deleted all the same. @defaultValue false */
  readonly acted?: boolean;
}

/** Cloud Control as a recording service has it. */
export interface RecordedResources {
  /** Cloud Control, and the registry of types. */
  readonly services: readonly LocalService[];
  readonly resources: readonly RecordedResource[];
  putResource(typeName: string, properties: Readonly<Record<string, unknown>>): RecordedResource;
  failRequests(...failures: readonly FailedRequest[]): void;
}

const WRITES: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'DELETE']);

/** Creates Cloud Control without resources; its requests have ended when they are looked at for the first time. */
export function createRecordedResources(
  kernel: Omit<Kernel, 'dataDir'>,
  { recorded }: RecordedCalls,
  forward: (principal: Principal) => Credentials,
): RecordedResources {
  const types = createKeptTypes(kernel);
  const failures: FailedRequest[] = [];
  // Its time is that of the handlers, which a test moves, and nothing in it takes any.
  const clock: Kernel['clock'] = {
    ...kernel.clock,
    now: systemTime.now,
    sleep: async () => undefined,
    after: (_delayMs, task) => kernel.clock.after(0, task),
  };
  const { json, ...service } = createCloudControl({ ...kernel, clock, dataDir: '' } satisfies Kernel, {
    types: types.catalog,
    hooks: { concerns: () => false, ask: async () => [] },
    forward,
    faults: {
      strike({ operation, moment }) {
        const [next] = failures;
        if (next === undefined || !WRITES.has(operation) || (next.acted === true) !== (moment === 'after')) return;
        failures.shift();
        return { errorCode: next.errorCode };
      },
    },
  });
  const operations = Object.entries(json?.operations ?? {});
  return {
    resources: types.resources,
    putResource: types.put,
    failRequests: (...more) => void failures.push(...more),
    services: [
      {
        ...service,
        ...(json && {
          json: {
            ...json,
            operations: Object.fromEntries(operations.map(([name, act]) => [name, recorded(name, act)])),
          },
        }),
      },
      {
        name: 'cloudformation',
        http: createQueryApi({
          title: 'CloudFormation',
          signingNames: ['cloudformation'],
          namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
          actions: typeActions(kernel, { hooks: () => [] }, (typeName) => describeType(types.catalog, typeName)),
        }),
      },
    ],
  };
}

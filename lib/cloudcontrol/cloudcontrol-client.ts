import { AwsCallError, type AwsConnection, callQuery, callUntil, type TimeSource, tryUntil } from '../aws/index.ts';
import { permissionErrorOf } from './permission.ts';
import type { RequestRate } from './request-rate.ts';

/** The APIs as following a request needs them. Every call is tried until it works, would not, or time is up. */
export interface CloudControlClient {
  readonly region: string;
  /** Calls an operation of Cloud Control. @throws PermissionError, AwsCallError */
  call(operation: CloudControlOperation, input: object): Promise<unknown>;
  /** Calls an action of CloudFormation, which knows types and the answers of hooks. @throws PermissionError, AwsCallError */
  cloudFormation(action: string, input: Readonly<Record<string, string>>): Promise<string>;
}

/** The operations that are called. */
export type CloudControlOperation =
  | 'CancelResourceRequest'
  | 'CreateResource'
  | 'DeleteResource'
  | 'GetResource'
  | 'GetResourceRequestStatus'
  | 'ListResourceRequests'
  | 'ListResources'
  | 'UpdateResource';

/** What {@link createCloudControlClient} needs. */
export interface ClientOptions {
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  readonly rate: RequestRate;
  /** Milliseconds that are left for calls. */
  readonly remainingMs: () => number;
}

/** The wire of Cloud Control: JSON 1.0. */
const CLOUD_CONTROL = { service: 'cloudcontrolapi', targetPrefix: 'CloudApiService', jsonVersion: '1.0' } as const;
const CLOUD_FORMATION = { service: 'cloudformation', version: '2010-05-15' } as const;
/** One call is tried for so long, in milliseconds: whoever comes later asks again. */
const PATIENCE_MS = 20_000;
/** One try may take this long, in milliseconds: a handler that reads answers for a service that may be slow. */
const TRY_MS = 10_000;

/** Creates a client. */
export function createCloudControlClient({ connection, time, rate, remainingMs }: ClientOptions): CloudControlClient {
  const limits = () => ({ time, until: time.now() + Math.min(PATIENCE_MS, remainingMs()), tryMs: TRY_MS });
  async function permitted<Answer>(calling: Promise<Answer>): Promise<Answer> {
    try {
      return await calling;
    } catch (error) {
      throw error instanceof AwsCallError && error.accessDenied ? permissionErrorOf(error) : error;
    }
  }
  return {
    region: connection.region,
    async call(operation, input) {
      await rate(time);
      return permitted(callUntil(connection, CLOUD_CONTROL, operation, input, limits()));
    },
    cloudFormation: (action, input) =>
      permitted(tryUntil((signal) => callQuery(connection, CLOUD_FORMATION, action, input, signal), limits())),
  };
}

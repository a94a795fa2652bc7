import {
  type AwsConnection,
  type CredentialProvider,
  createConnection,
  systemTime,
  type TimeSource,
} from '../aws/index.ts';
import { createRequestRate, type RequestRate } from './request-rate.ts';
import { createTypeSchemas, type TypeSchemas } from './type-schema.ts';

/** Everything that carrying a request out depends on; tests pass their own. */
export interface CloudControlRuntime {
  readonly time: TimeSource;
  readonly rate: RequestRate;
  readonly schemas: TypeSchemas;
  connect(region: string | undefined, credentials: CredentialProvider | undefined): AwsConnection;
}

let shared: CloudControlRuntime | undefined;

/** The runtime of this process, whose rate and schemas all requests share. */
export function environmentRuntime(): CloudControlRuntime {
  shared ??= {
    time: systemTime,
    rate: createRequestRate(),
    schemas: createTypeSchemas(),
    connect: (region, credentials) =>
      createConnection({
        ...(region === undefined ? {} : { region }),
        ...(credentials === undefined ? {} : { credentials }),
      }),
  };
  return shared;
}

import type { AwsConnection } from './connection.ts';
import type { AwsCredentials } from './credentials.ts';
import { signRequest } from './sign-request.ts';

/** One HTTP request to a service, before it is signed. */
export interface ServiceRequest {
  /** The endpoint prefix, such as `codepipeline`. */
  readonly service: string;
  /** The name in the signature's scope. @defaultValue the endpoint prefix */
  readonly signingName?: string | undefined;
  /** For errors: `service:Operation`. */
  readonly action: string;
  readonly method: string;
  /** Path and query, percent-encoded. @defaultValue '/' */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** @defaultValue nothing */
  readonly body?: string | Buffer;
  /** Signs with these instead of the connection's. */
  readonly credentials?: AwsCredentials | undefined;
  /** Ends the attempt; the error then is a retryable network error. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a request goes, and what it carries. */
export interface AddressedRequest {
  readonly endpoint: URL;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Signs a request (Signature Version 4) for the endpoint that a connection has for its service. */
export async function signFor(connection: AwsConnection, request: ServiceRequest): Promise<AddressedRequest> {
  const { service, signingName = service, method, headers, body = '' } = request;
  const endpoint = connection.endpoint(service);
  const credentials = request.credentials ?? (await connection.credentials());
  const path = endpoint.pathname.replace(/\/$/, '') + (request.path ?? '/');
  const toSign = { service: signingName, region: connection.region, method, host: endpoint.host, path, headers, body };
  // In simulated time the system's clock is shifted.
  return { endpoint, path, headers: signRequest(toSign, credentials, new Date()) };
}

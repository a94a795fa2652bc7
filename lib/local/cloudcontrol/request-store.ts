import { AwsError } from '../kernel/aws-error.ts';
import type { HookInvocation } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { HandlerErrorCode } from './handler-error.ts';

/** The states of a request. */
export type RequestStatus = 'IN_PROGRESS' | 'SUCCESS' | 'FAILED' | 'CANCEL_IN_PROGRESS' | 'CANCEL_COMPLETE';

/** A request to create, update or delete a resource. Times are simulated milliseconds since the epoch. */
export interface ResourceRequest {
  readonly requestToken: string;
  readonly typeName: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly startedAt: number;
  readonly hooks: HookInvocation[];
  identifier?: string;
  status: RequestStatus;
  errorCode?: HandlerErrorCode;
  statusMessage?: string;
  hooksRequestToken?: string;
}

/** What a request is made of. */
export type NewRequest = Pick<ResourceRequest, 'typeName' | 'operation'> & {
  readonly identifier?: string | undefined;
  readonly clientToken?: string | undefined;
  /** Tells whether two requests are the same. */
  readonly fingerprint: string;
};

/** The requests of one account. */
export interface RequestStore {
  /** The newest first. */
  list(): readonly ResourceRequest[];
  /** @throws AwsError RequestTokenNotFoundException */
  get(requestToken: string): ResourceRequest;
  /** The request that a client token stands for. @throws AwsError ClientTokenConflictException where it was another */
  repeated(clientToken: string | undefined, fingerprint: string): ResourceRequest | undefined;
  /** Takes a request. @throws AwsError ConcurrentOperationException while another one is under way on the resource */
  add(request: NewRequest): ResourceRequest;
}

/** How long a request is known (Cloud Control API User Guide, "Managing resource operation requests"): 7 days. */
const REQUEST_LIVES_MS = 7 * 86_400_000;
/** How long a client token stands for its request (the same guide): 36 hours. */
const TOKEN_LIVES_MS = 36 * 3_600_000;

/** Creates a store without requests. */
export function createRequestStore({ clock, uuid }: Pick<Kernel, 'clock' | 'uuid'>): RequestStore {
  const requests = new Map<string, ResourceRequest>();
  const tokens = new Map<string, { readonly request: ResourceRequest; readonly fingerprint: string }>();

  function forgetOld(): void {
    const now = clock.now();
    for (const [token, { startedAt }] of requests) {
      if (startedAt + REQUEST_LIVES_MS <= now) requests.delete(token);
    }
    for (const [token, { request }] of tokens) {
      if (request.startedAt + TOKEN_LIVES_MS <= now) tokens.delete(token);
    }
  }

  return {
    list() {
      forgetOld();
      return [...requests.values()].reverse();
    },
    get(requestToken) {
      forgetOld();
      const request = requests.get(requestToken);
      if (request !== undefined) return request;
      throw new AwsError('RequestTokenNotFoundException', `Request with token ${requestToken} was not found`);
    },
    repeated(clientToken, fingerprint) {
      forgetOld();
      const known = clientToken === undefined ? undefined : tokens.get(clientToken);
      if (known === undefined || known.fingerprint === fingerprint) return known?.request;
      const message = `ClientToken ${clientToken} is already associated with an existing operation with RequestToken ${known.request.requestToken}`;
      throw new AwsError('ClientTokenConflictException', message);
    },
    add({ typeName, operation, identifier, clientToken, fingerprint }) {
      const other = [...requests.values()].find(
        (request) => request.typeName === typeName && request.identifier === identifier && isUnderWay(request),
      );
      if (identifier !== undefined && other !== undefined) {
        const message = `Another operation on the resource of type ${typeName} with identifier ${identifier} is in progress: RequestToken ${other.requestToken}`;
        throw new AwsError('ConcurrentOperationException', message);
      }
      const request: ResourceRequest = {
        requestToken: uuid(),
        typeName,
        operation,
        startedAt: clock.now(),
        hooks: [],
        status: 'IN_PROGRESS',
        ...(identifier === undefined ? {} : { identifier }),
      };
      requests.set(request.requestToken, request);
      if (clientToken !== undefined) tokens.set(clientToken, { request, fingerprint });
      return request;
    },
  };
}

/** Whether a request has not come to its end. */
export function isUnderWay({ status }: ResourceRequest): boolean {
  return status === 'IN_PROGRESS' || status === 'CANCEL_IN_PROGRESS';
}

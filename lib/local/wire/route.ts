import { AwsError } from '../kernel/aws-error.ts';
import type { JsonApi, LocalService } from '../kernel/service.ts';
import type { ErrorProtocol } from './error-response.ts';
import type { WireHttpApi } from './http-context.ts';
import { isAwsOperation, isKnownApi } from './operation-names.ts';
import { createInputValidator, type InputValidator } from './validate-input.ts';

/** The way to a service of the JSON protocol. */
export interface JsonRoute {
  readonly kind: 'json';
  readonly service: string;
  readonly operation: string;
  readonly api: JsonApi;
  readonly validate: InputValidator | undefined;
}

/** The way to a service with a protocol of its own. */
export interface HttpRoute {
  readonly kind: 'http';
  readonly service: string;
  readonly api: WireHttpApi;
}

/** What a request says about where it wants to go. */
export interface Destination {
  /** The header `X-Amz-Target`. */
  readonly target: string | undefined;
  /** The service of the credential scope. */
  readonly signingName: string | undefined;
  /** Whether it is a form for the address as a whole, as the query protocol has it. */
  readonly isForm: boolean;
  /** The form in which a refusal must be written. */
  readonly protocol: ErrorProtocol;
}

/** Finds the service of a request. @throws AwsError when there is none. */
export type Router = (destination: Destination) => JsonRoute | HttpRoute;

/**
 * Creates the router of all services: by `X-Amz-Target` for JSON, by the credential scope for the others. What is not
 * signed goes to S3, but for forms: STS alone takes some of these unsigned.
 *
 * @throws Error when two services claim the same target prefix or signing name.
 */
export function createRouter(services: readonly LocalService[]): Router {
  const byPrefix = new Map<string, { service: string; api: JsonApi; validate: InputValidator | undefined }>();
  const byName = new Map<string, HttpRoute>();
  for (const { name, json, http } of services) {
    if (json !== undefined) {
      claim(byPrefix, json.targetPrefix, { service: name, api: json, validate: validatorOf(json) });
    }
    for (const signingName of http?.signingNames ?? []) {
      claim(byName, signingName, { kind: 'http', service: name, api: http as WireHttpApi });
    }
  }

  return ({ target, signingName, isForm, protocol }) => {
    if (target !== undefined) {
      const dot = target.lastIndexOf('.');
      const found = byPrefix.get(target.slice(0, Math.max(0, dot)));
      if (found !== undefined) return { kind: 'json', operation: target.slice(dot + 1), ...found };
    }
    const found = byName.get(signingName ?? (target !== undefined ? '' : isForm ? 'sts' : 's3'));
    if (found !== undefined) return found;
    throw otherProtocol(target, signingName, protocol) ?? unknown(target, signingName, protocol);
  };

  /** A service that is simulated, but is asked in a protocol that it does not speak here. */
  function otherProtocol(
    target: string | undefined,
    signingName: string | undefined,
    protocol: ErrorProtocol,
  ): AwsError | undefined {
    const api = services.find(({ name, json }) => json !== undefined && name === signingName)?.json;
    if (api === undefined || target !== undefined) return undefined;
    const came =
      protocol === 'query'
        ? 'the query protocol (a form with Action)'
        : protocol === 'rpc-v2-cbor'
          ? protocol
          : 'a protocol without X-Amz-Target';
    const message = `${signingName} understands JSON ${api.jsonVersion} with X-Amz-Target: ${api.targetPrefix}.OPERATION here, but the request came in ${came}; take a newer client`;
    return new AwsError('NotImplementedException', message, { status: 501 });
  }

  function unknown(target: string | undefined, signingName: string | undefined, protocol: ErrorProtocol): AwsError {
    const wanted =
      target !== undefined
        ? `X-Amz-Target '${target}'`
        : signingName
          ? `service '${signingName}'`
          : 'unsigned requests';
    const simulated = [...new Set(services.filter(({ json, http }) => json ?? http).map(({ name }) => name))].sort();
    const message = `${wanted} is not simulated; the local cloud has ${simulated.join(', ') || 'no services'}`;
    return protocol === 'json' && isNoOperation(target)
      ? new AwsError('UnknownOperationException', message)
      : new AwsError('NotImplementedException', message, { status: 501 });
  }
}

/** Whether a target is none of AWS's: without an API, or an operation that an API with known operations lacks. */
function isNoOperation(target = ''): boolean {
  const dot = target.lastIndexOf('.');
  const api = target.slice(0, Math.max(0, dot));
  return api === '' || (isKnownApi(api) && !isAwsOperation(api, target.slice(dot + 1)));
}

function validatorOf(api: JsonApi): InputValidator | undefined {
  if (api.model === undefined) return undefined;
  const { validationErrorCode } = api;
  return createInputValidator(api.model, validationErrorCode === undefined ? {} : { validationErrorCode });
}

function claim<Entry extends { service: string }>(table: Map<string, Entry>, name: string, entry: Entry): void {
  const other = table.get(name);
  if (other !== undefined) {
    throw new Error(`services '${other.service}' and '${entry.service}' both claim '${name}'; only one may have it`);
  }
  table.set(name, entry);
}

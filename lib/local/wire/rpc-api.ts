import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import { decodeBody } from './body.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import type { HttpContext, WireHttpApi } from './http-context.ts';

/** The HTTP door of a service in Smithy's protocol rpc-v2-cbor: `/service/TARGET/operation/NAME`, CBOR in and out. */
export function createRpcApi(options: {
  readonly target: string;
  readonly operations: Readonly<Record<string, Operation>>;
}): WireHttpApi {
  const { target, operations } = options;
  return {
    signingNames: [],
    async handle(request, response, context) {
      const [, service, name = ''] = /\/service\/(\w+)\/operation\/(\w+)$/.exec(context.url.pathname) ?? [];
      const input = decodeCbor(await decodeBody(await context.body(), request.headers['content-encoding']));
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        throw new AwsError('SerializationException', 'the body of the request is CBOR, but not a map');
      }
      await (context as Partial<HttpContext>).operation?.(name || 'unknown', input);
      const operation = service === target && Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        const simulated = Object.keys(operations).sort().join(', ');
        const message = `'${name || context.url.pathname}' is not simulated; the simulated operations are ${simulated}`;
        throw new AwsError('NotImplementedException', message, { status: 501 });
      }
      const body = encodeCbor(await operation(input, context));
      response.setHeader('smithy-protocol', 'rpc-v2-cbor');
      response.setHeader('Content-Type', 'application/cbor');
      response.setHeader('Content-Length', body.length);
      response.end(body);
    },
  };
}

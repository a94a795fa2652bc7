import { DYNAMODB, openConnection } from '../aws/index.ts';
import { environmentVariables, PREPARED } from '../constants.ts';
import { fitEnd } from './fit-end.ts';
import type { HandlerParts } from './handler-parts.ts';
import { rehearse } from './rehearsal.ts';
import type { Runtime } from './runtime.ts';
import { withoutTask } from './sample.ts';
import type { Service } from './service.ts';

/** What is prepared of a handler; not its logic. */
type Prepared = Pick<HandlerParts<unknown>, 'service' | 'provide' | 'sample'>;

/** The longest that an init phase waits, in milliseconds: Lambda ends one after 10 seconds. */
const LONGEST_MS = 500;

const LEDGER = DYNAMODB.service;

/** Shared by all copies of this package in the process. */
const KEY = Symbol.for(PREPARED);
const shared = globalThis as { [KEY]?: Promise<unknown> };

/**
 * Does in the init phase what the first invocation of an environment would otherwise wait for: opens connections to the
 * ledger and to the service's result API, makes the runtime, and rehearses the answer to a sample. Lambda gives the init
 * phase of a small function far more of a processor than its invocations.
 *
 * Only in Lambda, with a ledger's table, and unless RINGBACK_PREPARE is `off`. It takes half a second at most; what fails
 * of it is left to the first invocation, which then meets and tells it.
 */
export function prepare(parts: Prepared, env: NodeJS.ProcessEnv = process.env): void {
  const tableName = env[environmentVariables.ledgerTable];
  if (!tableName || !isLambda(env) || env[environmentVariables.prepare] === 'off') return;
  const prepared = withinBound((bound) => prepareNow(parts, tableName, bound));
  shared[KEY] = Promise.all([shared[KEY], prepared]);
}

/** In Lambda the role's credentials stand in the environment: nobody else is to be asked for any here. */
function isLambda(env: NodeJS.ProcessEnv): boolean {
  return [env.AWS_LAMBDA_RUNTIME_API, env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY].every(Boolean);
}

async function prepareNow(
  { service, provide, sample = () => withoutTask(service) }: Prepared,
  tableName: string,
  bound: AbortSignal,
): Promise<void> {
  // The handler's own module ends first: it may set what the runtime reads.
  await new Promise(setImmediate);
  const runtime = provide();
  // The rehearsal does its work while the handshakes wait for their hosts.
  await Promise.allSettled([
    openConnection(runtime.connection.endpoint(LEDGER)),
    connectToResultApi(service, runtime),
    rehearse(sample(), runtime, tableName, bound),
  ]);
}

async function connectToResultApi(service: Service, { connection, redactor }: Runtime): Promise<void> {
  const decision = fitEnd(service, { kind: 'succeeded', details: {} }, redactor.redact);
  const answer = service.request?.({ region: connection.region, data: {} }, decision);
  if (answer !== undefined) await openConnection(connection.endpoint(answer.api.service));
}

/** Waits for some work, whatever comes of it, until the bound. Its timer keeps the process alive as long. */
function withinBound(work: (bound: AbortSignal) => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const bound = new AbortController();
    const timer = setTimeout(() => {
      bound.abort();
      resolve();
    }, LONGEST_MS);
    work(bound.signal)
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}

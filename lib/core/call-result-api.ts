import { AwsCallError, callUntil } from '../aws/index.ts';
import { AnswerNotGivenError } from './errors.ts';
import { describeError } from './failure.ts';
import { inTime } from './in-time.ts';
import type { Ticket } from './ledger/entry.ts';
import type { ResultRequest } from './result-request.ts';
import type { Runtime } from './runtime.ts';
import type { SecretScope } from './secrets/redactor.ts';
import { type Service, secretsOf } from './service.ts';

/** One thing to tell a service. */
export interface Telling {
  readonly service: Service;
  readonly ticket: Ticket;
  readonly request: (ticket: Ticket) => ResultRequest;
  readonly secrets: Pick<SecretScope, 'add'>;
}

/** What became of something that a service was told. */
export interface Told {
  /** Whether the service took it, or had been answered already and waits no more. */
  readonly arrival: 'taken' | 'settled';
  /** How many tries it took beyond the first. */
  readonly retries: number;
}

/** The longest that a newer token is waited for, in milliseconds. */
const RENEWAL_MS = 15_000;

/**
 * Tells a service something, again and again until it arrives or `until` (milliseconds since the epoch) has come; once
 * more with a newer token where the service refuses the ticket's and there is one.
 *
 * @throws AnswerNotGivenError when it did not arrive; its cause is the AwsCallError
 */
export async function callResultApi(telling: Telling, runtime: Runtime, until: number): Promise<Told> {
  const { service, ticket, request } = telling;
  const { api, operation, input } = request(ticket);
  let retries = 0;
  const onRetry = (error: unknown) => {
    retries++;
    runtime.onRetry?.(error);
  };
  const limits = { until, time: runtime.time, onRetry };
  try {
    await callUntil(runtime.connect(ticket.region), api, operation, input, limits);
    return { arrival: 'taken', retries };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (service.settled.has(error.code)) {
      runtime.log.info('the service had closed it already', { operation, errorCode: error.code });
      return { arrival: 'settled', retries };
    }
    const renewed = await renewedTicket(telling, error, until - runtime.time.now());
    if (renewed === undefined) throw new AnswerNotGivenError(explain(error, service), { cause: error });
    telling.secrets.add(...secretsOf(service, renewed));
    runtime.log.info('the service refused a token; telling it with a newer one', { operation });
    const told = await callResultApi({ ...telling, ticket: renewed }, runtime, until);
    return { ...told, retries: told.retries + retries + 1 };
  }
}

/** @throws AnswerNotGivenError where whoever has the tokens fails, or tells none in time */
async function renewedTicket({ service, ticket }: Telling, refusal: AwsCallError, leftMs: number) {
  if (service.renew === undefined) return undefined;
  try {
    const renewing = service.renew(ticket, refusal.code);
    return await inTime(renewing, Math.min(RENEWAL_MS, leftMs), 'nobody gave one');
  } catch (error) {
    const why = `${explain(refusal, service)}; a newer token could not be had: ${describeError(error)}`;
    throw new AnswerNotGivenError(why, { cause: refusal });
  }
}

function explain(error: AwsCallError, { noun }: Service): string {
  if (!error.accessDenied) return `the ${noun} is not answered: ${error.message}`;
  const statement = JSON.stringify({ Effect: 'Allow', Action: error.action, Resource: '*' });
  return `the ${noun} is not answered, because the function's role lacks a permission: add the statement ${statement} (${error.message})`;
}

import type { OnCrash } from '../constants.ts';
import { answerDelivery } from './answer-delivery.ts';
import type { InvocationContext } from './deadline.ts';
import type { Decision } from './decision.ts';
import { AnswerNotGivenError } from './errors.ts';
import { redactError } from './redact-error.ts';
import type { Runtime } from './runtime.ts';
import type { Service } from './service.ts';
import { type Message, messagesOf, type Unwrapped, unwrap } from './unwrap.ts';

/** Options of every handler. */
export interface HandlerOptions {
  /**
   * What happens to a delivery whose process died before it decided: answered failed, or run once more.
   *
   * @defaultValue 'fail', or what the construct was told
   */
  readonly onCrash?: OnCrash;
}

/** What an SQS batch handler returns: the messages that must come again. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** A plain Lambda handler. It returns nothing, or for a batch of messages those that must come again. */
export type LambdaHandler = (event: unknown, context: InvocationContext) => Promise<BatchResponse | undefined>;

/**
 * Makes user logic a Lambda handler that keeps the promise for one service. It takes an event as the service sends
 * it, a batch of such events from a queue, or what Ringback's own continuation brings back.
 *
 * @param provide - gives the runtime, at the first invocation
 */
export function createHandler<Task>(
  service: Service<Task>,
  logic: (task: Task) => unknown,
  options: HandlerOptions,
  provide: () => Runtime,
): LambdaHandler {
  return async (event, context) => {
    const runtime = provide();
    const answer = (single: Unwrapped) => answerOne(single, { service, logic, options, runtime, context });
    const messages = messagesOf(event);
    if (messages !== undefined) return answerBatch(messages, answer, runtime);
    await answer(unwrap(event));
    return undefined;
  };
}

/**
 * {@link createHandler} for a service that waits for the function's return value. What the ledger keeps makes a repeated
 * invocation return the same answer, and one that finds another at work fail, so that the service invokes again.
 *
 * @param toAnswer - what to return for a decision
 */
export function createReturningHandler<Task, Answer>(
  service: Service<Task>,
  logic: (task: Task) => unknown,
  options: HandlerOptions,
  toAnswer: (decision: Decision) => Answer,
  provide: () => Runtime,
): (event: unknown, context: InvocationContext) => Promise<Answer> {
  return async (event, context) => {
    const runtime = provide();
    const decision = await answerOne({ event, token: undefined }, { service, logic, options, runtime, context });
    if (decision !== undefined) return toAnswer(decision);
    throw new AnswerNotGivenError(`the ${service.noun} was left without a decision; it is tried again`);
  };
}

interface AnswerParts<Task> {
  readonly service: Service<Task>;
  readonly logic: (task: Task) => unknown;
  readonly options: HandlerOptions;
  readonly runtime: Runtime;
  readonly context: InvocationContext;
}

async function answerOne<Task>(
  { event, token }: Unwrapped,
  { service, logic, options, runtime, context }: AnswerParts<Task>,
): Promise<Decision | undefined> {
  const onCrash = options.onCrash ?? runtime.onCrash;
  const delivery = service.parse(event, runtime.connection.region);
  const secrets = runtime.redactor.scope();
  secrets.add(...delivery.secrets);
  try {
    return await answerDelivery({ service, logic, onCrash, runtime, context, delivery, secrets, event, token });
  } catch (error) {
    throw redactError(error, runtime.redactor);
  } finally {
    secrets.end();
  }
}

/** Answers the messages side by side; one that fails comes again by itself. */
async function answerBatch(
  messages: readonly Message[],
  answer: (message: Unwrapped) => Promise<unknown>,
  { log }: Runtime,
): Promise<BatchResponse> {
  const results = await Promise.allSettled(messages.map(async (message) => answer(message.read())));
  return {
    batchItemFailures: messages.flatMap(({ messageId }, index) => {
      const result = results[index];
      if (result?.status !== 'rejected') return [];
      log.warn('a message could not be answered; it comes again', { messageId, error: result.reason });
      return [{ itemIdentifier: messageId }];
    }),
  };
}

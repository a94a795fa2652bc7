import type { OnCrash } from '../constants.ts';
import { answerDelivery } from './answer-delivery.ts';
import type { InvocationContext } from './deadline.ts';
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
    const onCrash = options.onCrash ?? runtime.onCrash;
    const answer = async ({ event: single, token }: Unwrapped) => {
      const delivery = service.parse(single, runtime.connection.region);
      const secrets = runtime.redactor.scope();
      secrets.add(...delivery.secrets);
      try {
        await answerDelivery({ service, logic, onCrash, runtime, context, delivery, secrets, event: single, token });
      } catch (error) {
        throw redactError(error, runtime.redactor);
      } finally {
        secrets.end();
      }
    };
    const messages = messagesOf(event);
    if (messages !== undefined) return answerBatch(messages, answer, runtime);
    await answer(unwrap(event));
    return undefined;
  };
}

/** Answers the messages side by side; one that fails comes again by itself. */
async function answerBatch(
  messages: readonly Message[],
  answer: (message: Unwrapped) => Promise<void>,
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

import { type Answer, answerDelivery } from './answer-delivery.ts';
import type { InvocationContext } from './deadline.ts';
import { deliveryOf } from './delivery.ts';
import type { Unwrapped } from './envelope.ts';
import { InvalidOptionError } from './errors.ts';
import type { HandlerParts } from './handler-parts.ts';
import type { Runtime } from './runtime.ts';
import { exitError } from './secrets/exit-error.ts';
import { secretsOf } from './service.ts';
import { inSpan } from './telemetry/delivery-span.ts';

/**
 * Answers one event with what a handler is made of; whatever it throws is fit to leave the function.
 *
 * @param within - begins the span of the delivery
 */
export async function answerEvent<Task>(
  { service, logic, options }: Pick<HandlerParts<Task>, 'service' | 'logic' | 'options'>,
  runtime: Runtime,
  { event, token }: Unwrapped,
  context: InvocationContext,
  within: typeof inSpan = inSpan,
): Promise<Answer | undefined> {
  const { connection, redactor, continuationQueueUrl } = runtime;
  const secrets = redactor.scope();
  try {
    checkContext(context);
    const parsed = service.parse(event, { region: connection.region, functionName: context.functionName });
    secrets.add(...parsed.secrets, ...secretsOf(service, parsed.ticket));
    secrets.declare(...(parsed.declaredSecrets ?? []));
    const delivery = deliveryOf(service, parsed, token, continuationQueueUrl);
    const onCrash = options.onCrash ?? runtime.onCrash;
    const { functionName, awsRequestId: requestId, invokedFunctionArn: functionArn } = context;
    const by = { who: 'function', functionName, requestId, functionArn } as const;
    const heard = { ...runtime, onRetry: context.onRetry };
    const attempt = { service, logic, onCrash, runtime: heard, context, delivery, parsed, secrets, event };
    return await within({ service, delivery, event, by }, runtime, (span) =>
      answerDelivery({ ...attempt, by: { ...by, span } }),
    );
  } catch (error) {
    throw exitError(error, redactor.redact);
  } finally {
    secrets.end();
  }
}

/** @throws InvalidOptionError where a test, say, calls the handler with an event alone, or a wrapper with a copy as JSON */
function checkContext(context: InvocationContext | undefined | null): void {
  if (typeof context?.getRemainingTimeInMillis === 'function') return;
  const what = context === undefined || context === null ? 'is missing' : 'has no function getRemainingTimeInMillis';
  throw new InvalidOptionError(
    `a handler takes the event and the context of Lambda, but the context ${what}; a wrapper hands on the one that it was given; in a test take lambdaContext() of ringback/testing`,
  );
}

import type { Delivery } from '../delivery.ts';
import { idOfKey } from '../ledger/entry.ts';
import type { Runtime } from '../runtime.ts';
import { exitError } from '../secrets/exit-error.ts';
import type { Service } from '../service.ts';
import type { Answerer, DeliverySpan } from './given-answer.ts';

/** What OpenTelemetry's API has of a span, as far as Ringback asks it. */
interface Span {
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(): void;
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

interface Tracer {
  startActiveSpan<Value>(
    name: string,
    options: { readonly kind: number; readonly attributes: Attributes },
    work: (span: Span) => Value,
  ): Value;
}

/**
 * Where every copy of `@opentelemetry/api` 1.x keeps what a program has registered with it. To read it there needs no
 * package, and finds the provider of a Lambda layer also from within a bundle.
 */
const API = Symbol.for('opentelemetry.js.api.1');
const KIND_INTERNAL = 0;
const STATUS_ERROR = 2;

/** A delivery that is about to be answered. */
export interface Traced {
  readonly service: Service;
  readonly delivery: Delivery;
  readonly event: unknown;
  readonly by: Answerer;
}

/**
 * Does the work of one delivery within a span, where the program has registered OpenTelemetry. Attributes follow its
 * conventions for functions, and those that the service names. What a tracer throws does not reach the work.
 */
export async function inSpan<Value>(
  traced: Traced,
  { redactor }: Pick<Runtime, 'redactor'>,
  work: (span: DeliverySpan | undefined) => Promise<Value>,
): Promise<Value> {
  const { service } = traced;
  let working: Promise<Value> | undefined;
  // A tracer may call back twice, or late: the work is begun once, and waits for no tracer. It learns of a failure by the
  // span alone: a rejection that it leaves unhandled would end the process.
  const begin = async (span: Span): Promise<void> => {
    working ??= ended(span, redactor, work(spanOf(span)));
    await working.catch(() => undefined);
  };
  const started = quietly(() =>
    registeredTracer()?.startActiveSpan(
      `${service.name} ${service.noun}`,
      { kind: KIND_INTERNAL, attributes: attributesOf(traced) },
      begin,
    ),
  );
  Promise.resolve(started).catch(() => undefined);
  working ??= work(undefined);
  return working;
}

/** What the work comes to, with its span ended. */
async function ended<Value>(span: Span, redactor: Runtime['redactor'], working: Promise<Value>): Promise<Value> {
  try {
    return await working;
  } catch (error) {
    quietly(() => {
      const { name, message } = exitError(error, redactor.redact);
      span.setAttributes({ 'error.type': name });
      span.setStatus({ code: STATUS_ERROR, message });
    });
    throw error;
  } finally {
    quietly(() => span.end());
  }
}

function spanOf(span: Span): DeliverySpan {
  return {
    answered: ({ service, by, entry, reported: { decision, alreadySettled, retries } }) => {
      quietly(() =>
        span.setAttributes({
          ...service.spanAttributes?.ofDecision(decision),
          'ringback.decision': decision.kind,
          'ringback.answered_by': by.who,
          'ringback.settled_already': alreadySettled,
          'ringback.report.retries': retries,
          'ringback.run': entry.run,
        }),
      );
      if (decision.kind === 'failed') {
        const message = decision.reason;
        quietly(() => span.setStatus({ code: STATUS_ERROR, message }));
      }
    },
  };
}

function attributesOf({ service, delivery, event, by }: Traced): Attributes {
  const account = by.functionArn?.split(':')[4];
  return {
    'ringback.callback.service': service.name,
    'ringback.callback.id': idOfKey(delivery.key),
    'ringback.run': delivery.run,
    ...(by.requestId === undefined ? {} : { 'faas.invocation_id': by.requestId }),
    ...(by.functionArn === undefined ? {} : { 'cloud.resource_id': by.functionArn }),
    ...(account === undefined ? {} : { 'cloud.account.id': account }),
    ...quietly(() => service.spanAttributes?.ofEvent(event)),
  };
}

function registeredTracer(): Tracer | undefined {
  const registered = (globalThis as { [API]?: { trace?: { getTracer?(name: string): Tracer } } })[API];
  return registered?.trace?.getTracer?.('ringback');
}

function quietly<Value>(tell: () => Value): Value | undefined {
  try {
    return tell();
  } catch {
    return undefined;
  }
}

import { type OnCrash, onCrashChoices } from '../constants.ts';
import type { Answer } from './answer-delivery.ts';
import { answerEvent } from './answer-event.ts';
import { checkOptions } from './check-options.ts';
import type { InvocationContext } from './deadline.ts';
import { type Message, messagesOf, type Unwrapped, unwrap } from './envelope.ts';
import { AnswerNotGivenError, InvalidOptionError } from './errors.ts';
import type { HandlerParts } from './handler-parts.ts';
import { prepare } from './prepare.ts';
import type { Runtime } from './runtime.ts';
import { isSchema } from './schema.ts';

/** What an SQS batch handler returns: the messages that must come again. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** A plain Lambda handler. It returns nothing, or for a batch of messages those that must come again. */
export type LambdaHandler = (event: unknown, context: InvocationContext) => Promise<BatchResponse | undefined>;

/**
 * Makes user logic a Lambda handler that keeps the promise for one service. It takes an event as the service sends
 * it, a batch of such events from a queue, or what Ringback's own continuation brings back.
 */
export function createHandler<Task>(parts: HandlerParts<Task>): LambdaHandler {
  prepare(parts);
  return async (event, context) => {
    const runtime = parts.provide();
    const messages = messagesOf(event);
    if (messages !== undefined) {
      return answerBatch(messages, (single) => answerEvent(parts, runtime, single, context), runtime);
    }
    await answerEvent(parts, runtime, unwrap(event), context);
    return undefined;
  };
}

/**
 * {@link createHandler} for a service that waits for the function's return value. What the ledger keeps makes a repeated
 * invocation return the same answer, and one that finds another at work fail, so that the service invokes again.
 *
 * @param toReturn - what to return for an answer
 */
export function createReturningHandler<Task, Returned>(
  parts: HandlerParts<Task>,
  toReturn: (answer: Answer) => Returned,
): (event: unknown, context: InvocationContext) => Promise<Returned> {
  prepare(parts);
  return async (event, context) => {
    const answer = await answerEvent(parts, parts.provide(), { event, token: undefined }, context);
    if (answer !== undefined) return toReturn(answer);
    throw new AnswerNotGivenError(`the ${parts.service.noun} was left without a decision; it is tried again`);
  };
}

/**
 * Checks what every handler is made of.
 *
 * @param name - of the public function, for the message
 * @param known - the names of its options
 * @param readings - what `parameters` may be beside a schema
 * @throws InvalidOptionError
 */
export function checkHandler(
  name: string,
  logic: unknown,
  options: object | undefined,
  known: Iterable<string>,
  readings: readonly string[] = [],
): void {
  if (typeof logic !== 'function') {
    throw new InvalidOptionError(`${name} takes a function, but got ${logic === null ? 'null' : typeof logic}`);
  }
  checkOptions(name, options, known);
  const { onCrash, parameters, state } = (options ?? {}) as Readonly<Record<string, unknown>>;
  checkSchema('parameters', parameters, readings);
  checkSchema('state', state, []);
  if (onCrash !== undefined && !onCrashChoices.includes(onCrash as OnCrash)) {
    throw new InvalidOptionError(`onCrash must be ${onCrashChoices.join(' or ')}, but is ${JSON.stringify(onCrash)}`);
  }
}

/** @throws InvalidOptionError */
function checkSchema(option: string, value: unknown, readings: readonly unknown[]): void {
  if (value === undefined || readings.includes(value) || isSchema(value)) return;
  const got = typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : kindOf(value);
  const others = readings.map((reading) => ` or '${reading}'`).join('');
  throw new InvalidOptionError(
    `${option} must be a Standard Schema (of Zod, Valibot or ArkType, say)${others}, but is ${got}`,
  );
}

/** Of an object or function: many are schemas of a library that has the interface in later versions, or by a function. */
function kindOf(value: unknown): string {
  const type = `of type ${typeof value}`;
  if (typeof value !== 'object' && typeof value !== 'function') return type;
  return `${type} without "~standard", which Zod's have from 3.24 on, and Effect's by Schema.standardSchemaV1(schema)`;
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

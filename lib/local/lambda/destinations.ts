import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort, QueuePort } from '../kernel/ports.ts';
import type { EventCondition, QueuedEvent } from './async-queue.ts';
import { destinationRecord } from './destination-record.ts';
import type { InvocationOutcome } from './invocation.ts';
import { eventInvokeConfigOf, rolePrincipal } from './local-function.ts';

/** The longest ErrorMessage attribute of a dead-letter message, in characters (Lambda developer guide: first 1 KB). */
const ERROR_MESSAGE_LIMIT = 1024;

/** Sends the records of settled asynchronous events where the function's configuration wants them. */
export function createDestinations(options: {
  readonly kernel: Kernel;
  readonly queues: QueuePort;
  readonly functions: () => FunctionPort;
}): (event: QueuedEvent, condition: EventCondition, outcome: InvocationOutcome | undefined) => Promise<void> {
  const { kernel, queues } = options;

  async function send(event: QueuedEvent, destination: string, body: string): Promise<void> {
    const principal = rolePrincipal(kernel, event.target.fn.definition);
    const service = destination.split(':')[2];
    if (service === 'sqs') queues.send(destination, body, { principal });
    else if (service === 'lambda') await options.functions().invokeEvent(destination, body, { principal });
    else throw new Error(`destinations of the service ${service} are not simulated`);
  }

  /** Whether it arrived. A destination that refuses loses the record, in AWS as here. */
  async function attempt(event: QueuedEvent, destination: string, task: () => Promise<void> | void): Promise<boolean> {
    try {
      await task();
      return true;
    } catch (error) {
      const { functionName } = event.target.fn.definition;
      const reason = error instanceof Error ? error.message : String(error);
      kernel.events.emit('notice', {
        message: `the record of request ${event.requestId} of function ${functionName} did not reach ${destination}: ${reason}`,
      });
      return false;
    }
  }

  function sendDeadLetter(event: QueuedEvent, queueArn: string, outcome: InvocationOutcome | undefined): void {
    const message = outcome?.failure?.errorMessage ?? 'the event was not processed within its maximum age';
    const text = message.slice(0, ERROR_MESSAGE_LIMIT);
    queues.send(queueArn, event.payload, {
      principal: rolePrincipal(kernel, event.target.fn.definition),
      messageAttributes: {
        RequestID: { DataType: 'String', StringValue: event.requestId },
        ErrorCode: { DataType: 'Number', StringValue: outcome === undefined ? '429' : '200' },
        // SQS takes no attribute without a value.
        ...(text === '' ? {} : { ErrorMessage: { DataType: 'String', StringValue: text } }),
      },
    });
  }

  return async (event, condition, outcome) => {
    const { definition } = event.target.fn;
    const config = eventInvokeConfigOf(event.target);
    const destination = condition === 'Success' ? config.onSuccess : config.onFailure;
    const record = () => JSON.stringify(destinationRecord(event, condition, outcome, kernel.clock.now()));
    let reached: string | undefined;
    if (destination !== undefined && (await attempt(event, destination, () => send(event, destination, record())))) {
      reached = destination;
    }
    if (condition === 'Success') return;
    const { deadLetterArn } = definition;
    if (deadLetterArn !== undefined) {
      const sent = await attempt(event, deadLetterArn, () => sendDeadLetter(event, deadLetterArn, outcome));
      if (sent) reached ??= deadLetterArn;
    }
    kernel.events.emit('asyncFailure', {
      functionName: definition.functionName,
      requestId: event.requestId,
      ...(reached === undefined ? {} : { destination: reached }),
      condition,
    });
  };
}

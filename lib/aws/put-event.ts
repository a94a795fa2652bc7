import { AwsCallError } from './aws-call-error.ts';
import type { AwsConnection } from './connection.ts';
import { callJson } from './json-call.ts';

/** One event for a bus of EventBridge. */
export interface BusEvent {
  /** The bus, by name or ARN. */
  readonly eventBus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
}

const EVENTS_API = { service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' } as const;

/**
 * Puts an event on a bus.
 *
 * @throws AwsCallError also where EventBridge answers well and says that it took none
 */
export async function putEvent(event: BusEvent, connection: AwsConnection, signal: AbortSignal): Promise<void> {
  const entry = {
    Source: event.source,
    DetailType: event.detailType,
    Detail: JSON.stringify(event.detail),
    EventBusName: event.eventBus,
  };
  const answer = (await callJson(connection, EVENTS_API, 'PutEvents', { Entries: [entry] }, { signal })) as {
    FailedEntryCount?: number;
    Entries?: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
  };
  if (!answer.FailedEntryCount) return;
  const { ErrorCode = 'Unknown', ErrorMessage = '' } = answer.Entries?.[0] ?? {};
  throw new AwsCallError(`events:PutEvents took no event: ${ErrorCode}: ${ErrorMessage}`, {
    code: ErrorCode,
    fault: 'server',
    action: 'events:PutEvents',
  });
}

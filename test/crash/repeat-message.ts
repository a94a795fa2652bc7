import type { Delivery } from './crash-case.ts';
import type { CrashStage } from './crash-stage.ts';

/** After all receipts of a message that is handed out again, in simulated milliseconds. */
const REPEATED_AFTER_MS = 200_000;

interface QueueEvent {
  readonly Records?: readonly { readonly body?: string; readonly eventSourceARN?: string }[];
}

/**
 * Sends the first message of a play once more, as a standard queue may: at the same moment, or later. Where the
 * delivery is to come once, it does nothing.
 *
 * @param service - the principal that sends; without it somebody of the account does
 */
export function repeatMessage(
  { cloud, chronicle, client }: CrashStage,
  play: string,
  delivery: Delivery,
  service?: string,
): void {
  if (delivery !== 'doubled' && delivery !== 'repeated') return;
  const stop = cloud.events.on('invocation', ({ event }) => {
    const { body, eventSourceARN } = (event as QueueEvent | null)?.Records?.[0] ?? {};
    if (body === undefined || eventSourceARN === undefined || chronicle.playOf(event)?.play !== play) return;
    stop();
    const principal =
      service === undefined
        ? cloud.identity.principalOf(client.credentials.accessKeyId)
        : cloud.identity.service(service);
    const send = () =>
      cloud.queues.send(eventSourceARN, body, { principal, context: { 'aws:SourceAccount': cloud.accountId } });
    cloud.clock.after(delivery === 'doubled' ? 0 : REPEATED_AFTER_MS, send);
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { changeSince } from '../views/change.ts';
import type { ConsoleParts } from './console-parts.ts';

/** How often changes are sent at most, and how often the time is sent all the same, in real milliseconds. */
const BATCH_MS = 250;
const TIME_MS = 2_000;

/** The streams that are open. */
export interface EventStreams {
  /** Sends what has changed since the version that the request names, and from then on whatever changes. */
  open(request: IncomingMessage, response: ServerResponse, since: number): void;
  /** Ends all of them. */
  close(): void;
}

/** Creates the streams of server-sent events: one event `change` a batch, its id the cloud and the version that it brings one to. */
export function createEventStreams(parts: ConsoleParts): EventStreams {
  const open = new Set<ServerResponse>();

  /** The version in the id of an event; that of another cloud, which was on this port before, says nothing of this one. */
  function versionOf(eventId: string | undefined): number | undefined {
    if (eventId === undefined) return undefined;
    const [instance, version] = eventId.split('.');
    return instance === parts.instance ? Number(version) : 0;
  }

  return {
    open(request, response, since) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
      const last = versionOf(request.headers['last-event-id']?.toString()) ?? since;
      let sent = Number.isSafeInteger(last) && last <= parts.history.version ? last : 0;
      let sentAt = 0;
      let speed = 0;
      const send = () => {
        const { history, cloud } = parts;
        const isNew = history.version > sent || cloud.clock.speed !== speed;
        // A page that reads more slowly than things happen gets fewer and larger changes.
        if (response.writableLength > 0 || (!isNew && performance.now() - sentAt < TIME_MS)) return;
        const change = changeSince(sent, parts);
        sent = change.summary.version;
        speed = cloud.clock.speed;
        sentAt = performance.now();
        response.write(`id: ${parts.instance}.${sent}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
      };
      send();
      const sending = setInterval(send, BATCH_MS);
      sending.unref();
      open.add(response);
      response.on('close', () => {
        clearInterval(sending);
        open.delete(response);
      });
    },
    close() {
      for (const response of open) response.destroy();
    },
  };
}

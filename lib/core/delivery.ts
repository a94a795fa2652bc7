import { decodeContinuation } from './continuation-token.ts';
import { type Asked, entryKey, type Ticket } from './ledger/entry.ts';
import type { Recognised, Service } from './service.ts';

/** What a delivery asks for, and whether that can be read. */
export interface Delivery extends Asked {
  /** Why what the last run left cannot be read: it is answered failed, and never taken for a first run. */
  readonly problem?: string | undefined;
}

/** The member of a ticket that says which queue brings the delivery back. */
const RETURN_TO = 'returnTo';

/**
 * What was recognised, as a question to the ledger: of the first delivery the key is its own, later ones bring it along.
 *
 * @param envelopeToken - what Ringback's own envelope held, where it brought the delivery back
 * @param returnTo - the queue by which deliveries come back, where they do not come from the service
 */
export function deliveryOf(
  service: Service,
  { id, ticket, token }: Recognised,
  envelopeToken: string | undefined,
  returnTo?: string,
): Delivery {
  const first = { key: entryKey(service.name, id), run: 1 };
  const byMessage = service.putOff.by === 'message';
  const asked = { ...first, ticket: byMessage && returnTo !== undefined ? returningTo(ticket, returnTo) : ticket };
  const brought = byMessage ? envelopeToken : token;
  if (brought === undefined) return asked;
  const read = decodeContinuation(brought);
  switch (read.kind) {
    case 'ours':
      if (!read.key.startsWith(`${service.name}#`))
        return { ...asked, problem: 'its continuation token is of another service' };
      return { ...asked, key: read.key, run: read.run };
    case 'foreign':
      return {
        ...asked,
        problem: `its continuation token is not Ringback's; the function that began the work has to end it`,
      };
    case 'unreadable':
      return { ...asked, problem: read.why };
  }
}

/** The queue that brings a ticket's delivery back; undefined where there is none. */
export function returnQueueOf({ data }: Ticket): string | undefined {
  return data[RETURN_TO];
}

function returningTo({ region, data }: Ticket, queueUrl: string): Ticket {
  return { region, data: { ...data, [RETURN_TO]: queueUrl } };
}

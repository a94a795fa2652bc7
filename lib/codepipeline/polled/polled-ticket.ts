import type { Ticket } from '../../core/ledger/entry.ts';
import type { HandOver } from './hand-over.ts';

/** What a member of a ticket says that is there or not. */
const YES = 'yes';

/** The ticket of a job that was polled for: what it is acknowledged and answered with. */
export function polledTicket(handOver: HandOver, region: string): Ticket {
  const { job, offeredAt, shared, held, clientToken, clientId } = handOver;
  return {
    region,
    data: {
      jobId: job.id,
      nonce: job.nonce,
      offeredAt: String(offeredAt),
      ...(shared ? { shared: YES } : {}),
      ...(held ? { held: YES } : {}),
      ...(clientToken === undefined ? {} : { clientToken }),
      ...(clientId === undefined ? {} : { clientId }),
    },
  };
}

/** Whether a job was polled for: what CodePipeline gave to a function itself is ours from then on. */
export function isPolled({ data }: Ticket): boolean {
  return data.nonce !== undefined;
}

/** Whether a process of its own does a job, whose deliveries nobody brings back. */
export function isHeld({ data }: Ticket): boolean {
  return data.held === YES;
}

/** Whether workers that do not keep this ledger poll for such jobs, too. */
export function isShared({ data }: Ticket): boolean {
  return data.shared === YES;
}

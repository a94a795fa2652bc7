import { complete, fail, isRingbackError, succeed } from 'ringback';
import * as z from 'zod';

const ticket = z.object({ callback: z.string(), approved: z.boolean(), by: z.string() });

/** A webhook (a Lambda function URL) that the ticket system calls when a ticket of ask-for-approval.ts is closed. */
export async function handler(request: { readonly body: string }): Promise<{ statusCode: number; body: string }> {
  const { callback, approved, by } = ticket.parse(JSON.parse(request.body));
  try {
    const { accepted, decision } = await complete(
      callback,
      approved ? succeed({ variables: { ApprovedBy: by } }) : fail(`${by} said no`),
    );
    // The first decision stands: somebody else, or the two hours, may have been faster.
    return accepted ? { statusCode: 200, body: decision } : { statusCode: 409, body: `it is ${decision} already` };
  } catch (error) {
    // A ledger or service that cannot be reached now: 503 makes the ticket system call again.
    if (isRingbackError(error)) return { statusCode: error.retryable ? 503 : 400, body: error.message };
    throw error;
  }
}

import type { TimeSource } from '../aws/index.ts';
import { tryUntil } from '../aws/index.ts';
import { UnavailableError } from '../core/errors.ts';
import { isObject, memberNames } from './members.ts';

/**
 * The largest payload, in bytes: two templates of 1 MB each (CloudFormation quotas), which JSON may double, and what
 * a change set tells of its resources.
 */
const MOST_BYTES = 16_000_000;
const TRY_MS = 5_000;

/** How long a payload is waited for. */
export interface PayloadLimits {
  /** Ends everything, with its reason. */
  readonly signal: AbortSignal;
  /** No try begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
  readonly time: TimeSource;
}

/** What was wrong with one try. */
class PayloadError extends Error {
  readonly mayPass: boolean;

  constructor(message: string, { mayPass }: { readonly mayPass: boolean }) {
    super(message);
    this.mayPass = mayPass;
  }
}

/**
 * Fetches the payload of a hook from its signed address: bounded in size and time, tried again where that may help.
 *
 * @throws UnavailableError that says what is wrong, without the address: whoever has it can read the payload
 */
export async function fetchPayload(url: string, limits: PayloadLimits): Promise<Readonly<Record<string, unknown>>> {
  const { signal, until, time } = limits;
  try {
    const bytes = await tryUntil((trySignal) => fetchOnce(url, AbortSignal.any([signal, trySignal])), {
      until,
      time,
      tryMs: TRY_MS,
      isRetryable: (error) => !signal.aborted && error instanceof PayloadError && error.mayPass,
    });
    return parsePayload(bytes);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new UnavailableError(`the payload of the hook cannot be read: ${(error as Error).message}`);
  }
}

async function fetchOnce(url: string, signal: AbortSignal): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    throw new PayloadError(networkReason(error), { mayPass: true });
  }
  const { ok, status, body } = response;
  if (!ok) {
    await body?.cancel();
    const what =
      status === 403 || status === 404 ? 'it is gone, or its address has expired' : 'its store does not answer';
    throw new PayloadError(`${what}: HTTP ${status}`, { mayPass: status >= 500 || status === 429 });
  }
  return readBounded(response);
}

/** Reads no more than is allowed, whatever the response says about its length. */
async function readBounded({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MOST_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new PayloadError(`it broke off: ${networkReason(error)}`, { mayPass: true });
  }
  if (bytes > MOST_BYTES) throw new PayloadError(`it is larger than ${MOST_BYTES} bytes`, { mayPass: false });
  return Buffer.concat(chunks);
}

/** Why the network failed, by its code: the message of an error may hold the address. */
function networkReason(error: unknown): string {
  const { name, cause } = error as Error;
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : name === 'TimeoutError' || name === 'Error' ? 'no answer in time' : name;
}

function parsePayload(bytes: Buffer): Readonly<Record<string, unknown>> {
  let payload: unknown;
  try {
    payload = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new PayloadError(`its ${bytes.length} bytes are not JSON`, { mayPass: false });
  }
  if (!isObject(payload))
    throw new PayloadError(`it must be an object, but is ${memberNames(payload)}`, { mayPass: false });
  return payload;
}

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { type Clock, createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import type { Interceptor } from '../../../../lib/local/wire/interceptor.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';

export const ACCOUNT_ID = '123456789012';

/** The header of a request that the developer signed for a service. */
export function signedFor(service: string, accessKeyId = 'AKIDEVELOPER'): string {
  const credential = `${accessKeyId}/20260101/eu-west-1/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`;
}

interface OpenOptions {
  readonly services?: readonly LocalService[];
  readonly interceptors?: readonly Interceptor[];
  readonly clock?: Clock;
}

/** Opens a wire with STS and the given services on a free port until the test ends. */
export async function openWire({ services = [], interceptors = [], clock = createClock() }: OpenOptions = {}) {
  const events = createEventStream();
  const uuid = () => randomUUID();
  const identity = createIdentity({
    accountId: ACCOUNT_ID,
    partition: 'aws',
    region: 'eu-west-1',
    clock,
    events,
    uuid,
  });
  const calls: CloudEvents['call'][] = [];
  const notices: string[] = [];
  events.on('call', (call) => calls.push(call));
  events.on('notice', ({ message }) => notices.push(message));
  const kernel = { identity, events, clock, uuid };
  const wire = await createWire({ kernel, services: [identity, ...services], port: 0, interceptors });
  onTestFinished(async () => {
    clock.stop();
    await wire.close();
  });

  /** Posts to a JSON operation as the developer. */
  async function post(target: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
    const response = await fetch(wire.endpoint, {
      method: 'POST',
      headers: { authorization: signedFor('any'), 'x-amz-target': target, ...headers },
      body: typeof body === 'string' ? body : Buffer.from(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  }

  return { ...wire, identity, events, calls, notices, post, clock };
}

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { succeed } from 'ringback/hooks';
import { stackHookEvent } from 'ringback/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemTime } from '../../../lib/aws/index.ts';
import { answerOf, hookRuntime } from './run-hook.ts';

/** The event of a hook on a stack whose payload this listener serves. */
async function eventServedBy(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const payload = `http://127.0.0.1:${(server.address() as AddressInfo).port}/payload?X-Amz-Signature=0123456789abcdef`;
  const event = stackHookEvent();
  return { ...event, requestData: { ...(event.requestData as object), payload } };
}

const TEMPLATE = JSON.stringify({ template: JSON.stringify({ Resources: { A: { Type: 'AWS::SNS::Topic' } } }) });

describe('the payload of a hook', () => {
  it('is fetched again where that may help', async () => {
    let requests = 0;
    const event = await eventServedBy((request, response) => {
      requests++;
      if (requests === 1) request.socket.destroy();
      else if (requests === 2) response.writeHead(503).end();
      else response.end(TEMPLATE);
    });
    const logic = ({ after }: { readonly after: unknown }) => succeed({ message: JSON.stringify(after) });
    expect(await answerOf(logic, event)).toMatchObject({
      hookStatus: 'SUCCESS',
      message: expect.stringContaining('SNS'),
    });
    expect(requests).toBe(3);
  });

  it.each([
    ['gone', (_request, response) => response.writeHead(404).end(), 'it is gone, or its address has expired: HTTP 404'],
    ['expired', (_request, response) => response.writeHead(403).end(), 'HTTP 403'],
    ['not JSON', (_request, response) => response.end('<html>'), 'its 6 bytes are not JSON'],
    ['no object', (_request, response) => response.end('[]'), 'must be an object, but is an array'],
    [
      'endless',
      (_request, response) => {
        const chunk = Buffer.alloc(1_000_000, ' ');
        const more = () => {
          while (response.writable && response.write(chunk));
        };
        response.on('drain', more);
        more();
      },
      'it is larger than 16000000 bytes',
    ],
  ] as [string, RequestListener, string][])(
    'that is %s is answered, and its address told nobody',
    async (_case, listener, reason) => {
      const runtime = hookRuntime();
      const response = await answerOf(() => succeed(), await eventServedBy(listener), { runtime });
      expect(response).toMatchObject({
        hookStatus: 'FAILED',
        errorCode: 'InternalFailure',
        message: expect.stringContaining(reason),
      });
      expect(JSON.stringify([response, runtime.lines])).not.toMatch(/X-Amz-Signature|0123456789abcdef/);
    },
  );

  it('that does not come in time is answered in time', async () => {
    const event = await eventServedBy(() => undefined);
    const runtime = hookRuntime({ time: systemTime });
    expect(await answerOf(() => succeed(), event, { runtime, timeoutMs: 400 })).toMatchObject({
      errorCode: 'InternalFailure',
      message: expect.stringMatching(/did not end within|no answer in time/),
    });
  });
});

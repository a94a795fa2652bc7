import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exchange } from '../../../../lib/aws/http/exchange.ts';
import { openConnection } from '../../../../lib/aws/http/kept-connections.ts';
import { callJson, createConnection } from '../../../../lib/aws/index.ts';
import { startRawServer } from './raw-server.ts';

const REQUEST = { method: 'POST', path: '/', headers: { 'x-of': 'a test' }, body: '{"a":"ü"}' };
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

/** What comes back, as text. */
async function ask(endpoint: URL, options: Parameters<typeof exchange>[2] = {}) {
  const { status, headers, body } = await exchange(endpoint, REQUEST, options);
  return { status, headers: { ...headers }, body: body.toString() };
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a request', () => {
  it('arrives as it is', async () => {
    const server = await startRawServer((socket) => void socket.write(OK));
    expect(await ask(server.endpoint)).toEqual({ status: 200, headers: { 'content-length': '2' }, body: '{}' });
    expect(server.requests).toEqual(['POST / HTTP/1.1\r\nx-of: a test\r\ncontent-length: 10\r\n\r\n{"a":"ü"}']);
  });

  it.each([
    ['a line break', 'a\r\nx-other: b'],
    ['a letter that headers do not have', 'ü'],
  ])('with %s in a header is not sent', async (_what, value) => {
    const server = await startRawServer((socket) => void socket.write(OK));
    const request = { ...REQUEST, headers: { 'x-token': value } };
    await expect(exchange(server.endpoint, request)).rejects.toThrow(/^the header x-token has a character/);
    expect(server.connections()).toBe(0);
  });
});

it('of a session token that holds a line break names the header, and not the token', async () => {
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'A',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_SESSION_TOKEN: 'of/a\n',
  };
  const api = { service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' } as const;
  const error = await callJson(createConnection({ env }), api, 'ListQueues', {}).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    name: 'AwsCallError',
    retryable: false,
    message: 'sqs:ListQueues was not sent: the header x-amz-security-token has a character that no header has',
  });
});

describe('a connection', () => {
  it('serves one request after another, and as many as there are side by side', async () => {
    const server = await startRawServer((socket) => void socket.write(OK));
    await ask(server.endpoint);
    await ask(server.endpoint);
    expect(server.connections()).toBe(1);
    await Promise.all([ask(server.endpoint), ask(server.endpoint), ask(server.endpoint)]);
    expect(server.connections()).toBe(3);
  });

  it.each([
    ['says that it will close', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}'],
    ['says more than was asked', `${OK}HTTP/1.1 200 OK\r\n`],
    ['waits a second at most', 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\n{}'],
    [
      'tells its length in two ways',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    ],
  ])('is not used again where the other end %s', async (_what, response) => {
    const server = await startRawServer((socket) => void socket.write(response));
    expect((await ask(server.endpoint)).body).toBe('{}');
    expect((await ask(server.endpoint)).body).toBe('{}');
    expect(server.connections()).toBe(2);
  });

  it('is used again within the time that the other end waits, and not after it', async () => {
    const response = 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=30\r\ncontent-length: 2\r\n\r\n{}';
    const server = await startRawServer((socket) => void socket.write(response));
    const start = Date.now();
    for (const [atMs, connections] of [
      [0, 1],
      [28_000, 1],
      [28_000 + 29_500, 2],
    ] as const) {
      vi.useFakeTimers({ now: start + atMs, toFake: ['Date'] });
      await ask(server.endpoint);
      expect(server.connections()).toBe(connections);
    }
  });

  it('that the other end closes while nobody uses it is not used again', async () => {
    const server = await startRawServer((socket) => void socket.write(OK));
    await ask(server.endpoint);
    const [first] = server.sockets;
    first?.end();
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    await ask(server.endpoint);
    expect(server.connections()).toBe(2);
  });

  it('takes up the session of the one before over TLS', async () => {
    const server = await startRawServer(
      (socket) => void socket.write(OK.replace('OK\r\n', 'OK\r\nconnection: close\r\n')),
      {
        isTls: true,
      },
    );
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    // Node warns of that.
    vi.spyOn(process, 'emitWarning').mockReturnValue();
    expect((await ask(server.endpoint)).body).toBe('{}');
    expect((await ask(server.endpoint)).body).toBe('{}');
    expect([server.connections(), server.resumed()]).toEqual([2, 1]);
  });

  it('to a host that nobody vouches for is refused', async () => {
    const server = await startRawServer((socket) => void socket.write(OK), { isTls: true });
    await expect(ask(server.endpoint)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.requests).toEqual([]);
  });

  it('is one of 64 at most to one host; who waits for one goes on, or gives up', async () => {
    const held: Socket[] = [];
    const server = await startRawServer((socket) => void held.push(socket));
    const asked = Array.from({ length: 64 }, () => ask(server.endpoint));
    await vi.waitFor(() => expect(held).toHaveLength(64));
    const impatient = new AbortController();
    const givesUp = ask(server.endpoint, { signal: impatient.signal });
    const all = Promise.allSettled([...asked, ask(server.endpoint), ask(server.endpoint)]);
    impatient.abort(new Error('no answer within 5 ms'));
    await expect(givesUp).rejects.toMatchObject({ code: 'ABORT_ERR', message: 'no answer within 5 ms' });
    expect(held).toHaveLength(64);
    held.splice(0, 1)[0]?.write(OK);
    await vi.waitFor(() => expect(held).toHaveLength(64));
    held.splice(0, 1)[0]?.destroy();
    await vi.waitFor(() => expect(held).toHaveLength(64));
    for (const socket of held) socket.write(OK);
    expect((await all).map(({ status }) => status).sort()).toEqual([...Array(65).fill('fulfilled'), 'rejected']);
    expect(server.requests).toHaveLength(66);
  });
});

describe('what is no answer', () => {
  it.each<[string, (socket: Socket) => void, object]>([
    ['a connection that is closed at once', (socket) => socket.end(), { code: 'ECONNRESET', message: /was closed/ }],
    ['one that is reset', (socket) => socket.resetAndDestroy(), { code: 'ECONNRESET' }],
    [
      'one that ends within the body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'),
      { code: 'ECONNRESET' },
    ],
    ['no HTTP', (socket) => void socket.write('SSH-2.0-OpenSSH\r\n\r\n'), { code: 'EPROTO', message: /status line/ }],
    ['silence', () => undefined, { code: 'ETIMEDOUT', message: /silent for too long/ }],
  ])('%s fails', async (_what, respond, { message = /^/, ...expected }: { message?: RegExp }) => {
    const server = await startRawServer(respond);
    const error = await ask(server.endpoint, { silenceMs: 200 }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'NoResponseError', onDeadConnection: false, ...expected });
    expect((error as Error).message).toMatch(message);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  it('silence is none only while an answer is owed: a connection that waited for longer is used, and bounded again', async () => {
    const silent = await startRawServer(() => undefined);
    const server = await startRawServer((socket, _request, number) => {
      if (number < 3) socket.write(OK);
    });
    await ask(server.endpoint, { silenceMs: 400 });
    await expect(ask(silent.endpoint, { silenceMs: 1_000 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await ask(server.endpoint, { silenceMs: 400 });
    await expect(ask(server.endpoint, { silenceMs: 400 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(server.connections()).toBe(1);
  });

  it('a kept connection that is dead is told apart, and so are the others to that host: none is used again', async () => {
    const server = await startRawServer((socket, _request, number) => {
      if (number === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    await Promise.all([ask(server.endpoint), ask(server.endpoint)]);
    await expect(ask(server.endpoint)).rejects.toMatchObject({ code: 'ECONNRESET', onDeadConnection: true });
    await ask(server.endpoint);
    expect(server.connections()).toBe(3);
  });

  it('a kept connection that dies after a part of the answer counts for one that may have been heard', async () => {
    const server = await startRawServer((socket, _request, number) => {
      if (number === 1) socket.write(OK);
      else socket.write('HTTP/1.1 200', () => socket.resetAndDestroy());
    });
    await ask(server.endpoint);
    await expect(ask(server.endpoint)).rejects.toMatchObject({ code: 'ECONNRESET', onDeadConnection: false });
  });

  it('a signal ends it at any moment, with its reason, and the connection with it', async () => {
    const server = await startRawServer((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'));
    const early = AbortSignal.abort(new Error('too late already'));
    await expect(ask(server.endpoint, { signal: early })).rejects.toThrow('too late already');
    const controller = new AbortController();
    const asked = ask(server.endpoint, { signal: controller.signal });
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    controller.abort(new Error('no answer within 7 ms'));
    await expect(asked).rejects.toMatchObject({ code: 'ABORT_ERR', message: 'no answer within 7 ms' });
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
  });

  it('a host that does not exist, or where nobody listens, says so', async () => {
    await expect(ask(new URL('http://127.0.0.1:1'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await openConnection(new URL('http://127.0.0.1:1'));
  });
});

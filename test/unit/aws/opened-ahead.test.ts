import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { callUntil, createConnection, openConnection, systemTime } from '../../../lib/aws/index.ts';

afterEach(() => void vi.useRealTimers());

const api = { service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' } as const;

/** A service that answers on every connection but those that `isDeaf` names; it counts its connections from 1. */
async function startService(isDeaf: (connection: number) => boolean = () => false) {
  const numbers = new WeakMap<Socket, number>();
  let connections = 0;
  const server = createServer(({ socket }, response) => {
    if (!isDeaf(numbers.get(socket) ?? 0)) response.end('{}');
  });
  server.on('connection', (socket) => void numbers.set(socket, ++connections));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL };
  const connection = createConnection({ env });
  return {
    connections: () => connections,
    open: () => openConnection(connection.endpoint('sqs')),
    call: (tryMs?: number) => {
      const limits = { until: Date.now() + 60_000, time: systemTime, ...(tryMs === undefined ? {} : { tryMs }) };
      return callUntil(connection, api, 'ListQueues', {}, limits);
    },
  };
}

it.each([
  ['is used after 29 seconds', 29_000, 1],
  ['is left alone after 31 seconds, in which it may have died unnoticed', 31_000, 2],
])('a connection that was opened ahead %s', async (_what, ms, connections) => {
  const service = await startService();
  await service.open();
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] });
  expect(await service.call()).toEqual({});
  expect(service.connections()).toBe(connections);
});

it('a connection on which nothing comes back any more costs one try, not the answer', async () => {
  const service = await startService((connection) => connection === 1);
  await service.open();
  expect(await service.call(500)).toEqual({});
  expect(service.connections()).toBe(2);
});

it('connections that were opened ahead are used one by one', async () => {
  const service = await startService();
  await Promise.all([service.open(), service.open()]);
  expect(await Promise.all([service.call(), service.call()])).toEqual([{}, {}]);
  expect(service.connections()).toBe(2);
});

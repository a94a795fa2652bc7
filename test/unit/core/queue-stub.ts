import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that waits in the stub: its body, and how long it is held back, in seconds. */
export interface HeldMessage {
  readonly body: string;
  readonly delaySeconds: number;
}

/** A continuation queue that takes messages and keeps them for the test to deliver. */
export interface QueueStub {
  readonly messages: HeldMessage[];
  /** What a connection needs to find it. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Starts a stand-in for SQS on loopback that knows SendMessage. */
export async function createQueueStub(): Promise<QueueStub> {
  const messages: HeldMessage[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { MessageBody, DelaySeconds } = JSON.parse(text) as { MessageBody: string; DelaySeconds: number };
    messages.push({ body: MessageBody, delaySeconds: DelaySeconds });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"MessageId":"1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    messages,
    env: { AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}` },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

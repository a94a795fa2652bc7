import { request } from 'node:http';
import { serveConsole } from '../../../lib/console/serve-console.ts';
import { watchCloud } from '../../../lib/console/watch-cloud.ts';
import { createLocalCloud, type LocalCloud } from '../../../lib/local/cloud.ts';
import type { CloudEvents } from '../../../lib/local/kernel/events.ts';

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each answer has a shape of its own; a test reads members of it
  readonly json: any;
}

/** A console on an empty local cloud, and a program that calls it. */
export interface ConsoleClient {
  readonly cloud: LocalCloud;
  readonly token: string;
  readonly address: string;
  /** What was completed. */
  readonly completed: unknown[];
  send(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: object): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** An action, with the token. */
  act(action: string, body: object): Promise<Reply>;
  deliver(id: string, changes?: Partial<CloudEvents['delivery']>): void;
  close(): Promise<void>;
}

/** Starts a cloud and serves its console. */
export async function startConsole(readOnly = false): Promise<ConsoleClient> {
  const cloud = await createLocalCloud();
  const watched = watchCloud(cloud);
  const completed: unknown[] = [];
  const page = serveConsole({
    cloud,
    history: watched.history,
    rename: (text) => text.replaceAll('Stack-Gate1234', 'Stack/Gate'),
    async complete(entry, completion) {
      completed.push({ entry, completion });
      return 'decided';
    },
    readOnly,
  });

  function send(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: object) {
    return new Promise<Reply>((resolve, reject) => {
      const { port } = cloud;
      const sent = request({
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { host: `127.0.0.1:${port}`, ...headers },
      });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const { statusCode: status = 0 } = response;
          resolve({
            status,
            headers: response.headers,
            text,
            json: text.startsWith('{') ? JSON.parse(text) : undefined,
          });
        });
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  return {
    cloud,
    token: page.token,
    address: page.address,
    completed,
    send,
    get: (path) => send('GET', `/_ringback/v1/${path}`),
    act: (action, body) => send('POST', `/_ringback/v1/actions/${action}`, { 'x-ringback-token': page.token }, body),
    deliver(id, changes = {}) {
      const owed = { service: 'codepipeline', callbackId: `callback-of-${id}`, waiterId: id, detail: `Web/${id}` };
      cloud.events.emit('delivery', { ...owed, functionName: 'Stack-Gate1234', ...changes });
    },
    async close() {
      page.close();
      watched.stop();
      await cloud.stop();
    },
  };
}

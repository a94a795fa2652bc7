import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chronicle } from './chronicle.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';

/** The service outside in which the logic of every play does its work. */
export interface WorkServer {
  readonly url: string;
  close(): Promise<void>;
}

interface WorkRequest {
  readonly play: string;
  readonly job: string;
  readonly logStream: string;
  readonly secrets: readonly string[];
}

/**
 * Starts it on loopback.
 *
 * @param strike - ends the caller's process where a case wants that; then it gets no answer
 * @param hold - waited for before the answer goes out
 */
export async function startWorkServer(
  chronicle: Chronicle,
  strike: (record: PlayRecord, call: RecordedCall, moment: 'before' | 'after') => boolean,
  hold: (record: PlayRecord, callbackId: string) => Promise<void>,
): Promise<WorkServer> {
  async function take(request: IncomingMessage): Promise<string | undefined> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { play, job, logStream, secrets } = JSON.parse(text) as WorkRequest;
    for (const secret of secrets) chronicle.secrets.add(secret);
    const known = chronicle.work(play, job, environmentIdOf(logStream));
    if (known === undefined) return JSON.stringify({ runs: 1 });
    const { record, call } = known;
    if (strike(record, call, 'before')) return undefined;
    chronicle.acted(call);
    if (strike(record, call, 'after')) return undefined;
    await hold(record, job);
    const runs = record.calls.filter(
      ({ action, callbackId, actedAt }) => action === 'work' && callbackId === job && actedAt !== undefined,
    );
    return JSON.stringify({ runs: runs.length });
  }

  const server = createServer((request, response) => {
    take(request).then(
      (answer) => (answer === undefined ? request.socket.resetAndDestroy() : response.end(answer)),
      () => request.socket.resetAndDestroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A log stream ends with the id of its environment, without the dashes. */
function environmentIdOf(logStream: string): string {
  const digits = logStream.slice(-32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

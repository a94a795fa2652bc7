import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createS3Client, type S3Client, type S3ClientOptions } from '../../../../lib/aws/s3/index.ts';

/** A request as the scripted S3 saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that answers as a test says, and keeps what it was asked. */
export interface ScriptedS3 {
  readonly requests: SeenRequest[];
  readonly endpoint: URL;
  /** How long the client waited between attempts, in milliseconds; it did not in truth. */
  readonly waits: number[];
  client(options?: Partial<S3ClientOptions>): S3Client;
  close(): Promise<void>;
}

/** Answers one request; `count` tells how many came before it. */
export type Script = (request: SeenRequest, response: ServerResponse, count: number) => void;

export async function createScriptedS3(script: Script): Promise<ScriptedS3> {
  const requests: SeenRequest[] = [];
  const waits: number[] = [];
  const server = createServer((incoming, response) => {
    void bytesOf(incoming).then(
      (body) => {
        const { method = '', url = '', headers } = incoming;
        requests.push({ method, url, headers, body });
        script({ method, url, headers, body }, response, requests.length - 1);
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    requests,
    endpoint,
    waits,
    client: (options = {}) =>
      createS3Client({
        connection: {
          region: 'eu-west-1',
          credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' }),
          endpoint: () => endpoint,
        },
        random: () => 0.5,
        sleep: async (delayMs) => void waits.push(delayMs),
        ...options,
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** S3's error as XML. */
export function answerError(response: ServerResponse, status: number, code: string, rest = ''): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>it says ${code}</Message>${rest}</Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'REQ1' }).end(xml);
}

/** Answers a GET with the bytes that its Range asks for; `breakAfter` closes the connection after so many of them. */
export function answerBytes(request: SeenRequest, response: ServerResponse, all: Buffer, breakAfter?: number): void {
  const [, from = '0', to = String(all.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const part = all.subarray(Number(from), Number(to) + 1);
  response.writeHead(request.headers.range ? 206 : 200, {
    etag: '"e1"',
    'content-length': part.length,
    ...(request.headers.range ? { 'content-range': `bytes ${from}-${to}/${all.length}` } : {}),
  });
  if (breakAfter === undefined) response.end(part);
  else response.write(part.subarray(0, breakAfter), () => response.destroy());
}

/** Reads a stream to its end. */
export async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

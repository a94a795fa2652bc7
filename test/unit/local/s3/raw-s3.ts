import { request as open } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { signedFor } from '../wire/open-wire.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

/** An answer of S3, as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The code of an error's document. */
  readonly code: string | undefined;
}

/** An S3 that is asked without a client, which would refuse, complete or repair requests by itself. */
export interface RawS3 {
  readonly cloud: TestCloud;
  send(
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: string | Buffer,
  ): Promise<RawAnswer>;
}

/** Has one from before the file's tests until after them. */
export function useRawS3(create: (kernel: Kernel) => LocalService): RawS3 {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await createTestCloud(create);
  });
  afterAll(() => cloud.close());
  return {
    get cloud() {
      return cloud;
    },
    send: (method, path, headers = {}, body = '') =>
      new Promise((resolve, reject) => {
        const all = {
          authorization: signedFor('s3', cloud.root.credentials.accessKeyId),
          ...(method === 'PUT' || method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
          ...headers,
        };
        const request = open(`${cloud.root.endpoint}${path}`, { method, headers: all }, (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(pieces).toString();
            const code = /<Error><Code>([\w.]+)</.exec(text)?.[1];
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code });
          });
        });
        request.on('error', reject);
        request.end(body);
      }),
  };
}

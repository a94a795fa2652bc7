import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { callJson, createConnection } from '../../../lib/aws/index.ts';

const api = { service: 'codepipeline', targetPrefix: 'CodePipeline_20150709', jsonVersion: '1.1' } as const;

it.each([
  ['<html>', 'not JSON'],
  ['null', 'not a JSON object'],
  ['[]', 'not a JSON object'],
  ['"done"', 'not a JSON object'],
])('an answer of 200 with the body %s says that it cannot be read, and may be asked for again', async (body, what) => {
  const server = createServer((_request, response) => void response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const connection = createConnection({
    env: {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
      AWS_SECRET_ACCESS_KEY: 'example',
    },
  });
  await expect(callJson(connection, api, 'PollForJobs', {})).rejects.toMatchObject({
    code: 'UnreadableAnswer',
    retryable: true,
    message: `codepipeline:PollForJobs answered 200 with a body that is ${what}`,
  });
});

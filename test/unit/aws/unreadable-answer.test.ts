import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type AwsConnection, callJson, callQuery, createConnection } from '../../../lib/aws/index.ts';

const api = { service: 'codepipeline', targetPrefix: 'CodePipeline_20150709', jsonVersion: '1.1' } as const;

it.each([
  ['<html>', 'not JSON'],
  ['null', 'not a JSON object'],
  ['[]', 'not a JSON object'],
  ['"done"', 'not a JSON object'],
])('an answer of 200 with the body %s says that it cannot be read, and may be asked for again', async (body, what) => {
  const connection = await answering(200, body);
  await expect(callJson(connection, api, 'PollForJobs', {})).rejects.toMatchObject({
    code: 'UnreadableAnswer',
    retryable: true,
    message: `codepipeline:PollForJobs answered 200 with a body that is ${what}`,
  });
});

it.each([
  ['null', 'Http503: HTTP status 503'],
  ['[]', 'Http503: HTTP status 503'],
  ['"busy"', 'Http503: HTTP status 503'],
  ['<html><h1>busy</h1>', 'Http503: HTTP status 503'],
  ['{"message":{"toString":1,"text":"busy"}}', 'Http503: {"toString":1,"text":"busy"}'],
  ['{"__type":{"toString":1}}', '{"toString"'],
  ['{"RetryAfterSeconds":{"valueOf":1,"toString":1}}', 'Http503: HTTP status 503'],
])('an error of 503 with the body %s is one all the same, and may be asked for again', async (body, what) => {
  const connection = await answering(503, body);
  await expect(callJson(connection, api, 'PollForJobs', {})).rejects.toMatchObject({
    name: 'AwsCallError',
    status: 503,
    retryable: true,
    message: expect.stringContaining(`codepipeline:PollForJobs failed: ${what}`),
  });
});

it('an answer that leads elsewhere, as a proxy gives it, may be asked for again', async () => {
  const connection = await answering(302, '<html>sign in</html>');
  await expect(callJson(connection, api, 'PollForJobs', {})).rejects.toMatchObject({
    code: 'Http302',
    retryable: true,
  });
});

it('an error in XML is told as it is written, where it has a character that there is not', async () => {
  const body = '<ErrorResponse><Error><Code>Denied</Code><Message>&lt;you&gt; &#x110000;&#9999999;</Message></Error>';
  const connection = await answering(403, body);
  const calling = callQuery(connection, { service: 'sts', version: '2011-06-15' }, 'AssumeRole', {});
  await expect(calling).rejects.toMatchObject({
    name: 'AwsCallError',
    message: 'sts:AssumeRole failed: Denied: <you> &#x110000;&#9999999;',
  });
});

/** A connection to a server that answers everything so, until the test ends. */
async function answering(status: number, body: string): Promise<AwsConnection> {
  const server = createServer((_request, response) => void response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return createConnection({
    env: {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
      AWS_SECRET_ACCESS_KEY: 'example',
    },
  });
}

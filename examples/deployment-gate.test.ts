import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { continueFrom, lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handler } from './deployment-gate.ts';

describe('the deployment gate', () => {
  let service: RecordingService;
  beforeEach(async () => {
    service = await recordAnswers();
  });
  afterEach(() => service.close());

  it('opens when the address answers 200', async () => {
    await using site = await serve(200);
    await handler(pipelineJobEvent({ parameters: { url: site.url } }), lambdaContext());
    expect(service.answers).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { outputVariables: { Attempts: '1' } } },
    ]);
  });

  it('comes back later when the address answers 503', async () => {
    await using site = await serve(503);
    await handler(pipelineJobEvent({ parameters: { url: site.url } }), lambdaContext());
    expect(service.answers).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { continuationToken: expect.any(String) } },
    ]);
  });

  it('stays closed after 20 tries', async () => {
    await using site = await serve(503);
    let event: object = pipelineJobEvent({ parameters: { url: site.url } });
    for (let tries = 1; tries < 20; tries++) {
      await handler(event, lambdaContext());
      event = continueFrom(service.answers.at(-1), event);
      service.advance({ seconds: 30 });
    }
    await handler(event, lambdaContext());
    expect(service.answers).toHaveLength(20);
    expect(service.answers.at(-1)).toMatchObject({
      operation: 'PutJobFailureResult',
      input: { failureDetails: { message: 'not healthy after 20 tries, last status 503' } },
    });
  });

  it('says which parameter is wrong', async () => {
    await handler(pipelineJobEvent({ parameters: { url: 'no address' } }), lambdaContext());
    expect(service.answers[0]?.input.failureDetails).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringContaining('UserParameters does not fit: url:'),
    });
  });
});

/** A site on a free port of this machine that always answers with one status. */
async function serve(status: number) {
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

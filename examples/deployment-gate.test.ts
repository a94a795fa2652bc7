import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { continueFrom, lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

  it('comes back later when the address answers 503, and gives up at the 20th try', async () => {
    await using site = await serve(503);
    vi.useFakeTimers({ toFake: ['Date'] });
    let event: unknown = pipelineJobEvent({ parameters: { url: site.url } });
    await handler(event, lambdaContext());
    for (let attempt = 2; attempt <= 20; attempt++) {
      // CodePipeline comes back with what the last run left, half a minute later.
      vi.setSystemTime(Date.now() + 30_000);
      event = continueFrom(service.answers.at(-1), event);
      await handler(event, lambdaContext());
    }
    vi.useRealTimers();
    expect(service.answers).toHaveLength(20);
    expect(service.answers[19]).toMatchObject({
      operation: 'PutJobFailureResult',
      input: { failureDetails: { type: 'JobFailed', message: 'not healthy after 20 tries, last status 503' } },
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

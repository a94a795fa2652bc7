import { describe, expect, it, vi } from 'vitest';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import type { HttpContext } from '../../../../lib/local/wire/http-context.ts';
import type { Interceptor } from '../../../../lib/local/wire/interceptor.ts';
import { createGreeter } from './greeter.ts';
import { openWire, signedFor } from './open-wire.ts';

const throttled = new AwsError('ThrottlingException', 'Rate exceeded');

function scene(interceptor: Interceptor) {
  const greet = vi.fn((input: { Name: string }) => ({ Greeting: input.Name }));
  const opened = openWire({ services: [createGreeter(greet)], interceptors: [interceptor] });
  return opened.then((wire) => ({ ...wire, greet, call: () => wire.post('Greeter_1.Greet', '{"Name":"Ada"}') }));
}

/** A service of its own protocol that counts how often it acted. */
function createStore(stored: string[]): LocalService {
  return {
    name: 's3',
    http: {
      signingNames: ['s3'],
      async handle(_request, response, context) {
        await (context as HttpContext).operation('PutObject', { Key: 'k' });
        stored.push((await context.body()).toString());
        response.writeHead(201, { 'x-store': 'yes' });
        response.end('stored');
      },
    },
  };
}

async function storeScene(interceptor: Interceptor) {
  const stored: string[] = [];
  const wire = await openWire({ services: [createStore(stored)], interceptors: [interceptor] });
  const put = () =>
    fetch(`${wire.endpoint}/b/k`, { method: 'PUT', headers: { authorization: signedFor('s3') }, body: 'content' });
  return { ...wire, stored, put };
}

describe('an interceptor of a JSON operation', () => {
  it('sees the call by its names and input', async () => {
    const before = vi.fn(() => undefined);
    const { call, calls } = await scene({ before });

    await call();

    expect(before).toHaveBeenCalledExactlyOnceWith({
      service: 'greeter',
      operation: 'Greet',
      input: { Name: 'Ada' },
      principal: expect.objectContaining({ kind: 'root' }),
      requestId: calls[0]?.requestId,
    });
  });

  it('answers with an error before the service acts', async () => {
    const { call, greet } = await scene({ before: () => ({ kind: 'error', error: throttled }) });

    expect(await call()).toMatchObject({ status: 400, json: { __type: 'ThrottlingException' } });
    expect(greet).not.toHaveBeenCalled();
  });

  it('answers with an error although the service has acted', async () => {
    const { call, greet } = await scene({ after: () => ({ kind: 'error', error: throttled }) });

    expect(await call()).toMatchObject({ status: 400, json: { __type: 'ThrottlingException' } });
    expect(greet).toHaveBeenCalledOnce();
  });

  it('resets the connection before the service acts', async () => {
    const { call, greet, calls } = await scene({ before: () => ({ kind: 'reset' }) });

    await expect(call()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(greet).not.toHaveBeenCalled();
    expect(calls).toMatchObject([{ operation: 'Greet', status: 0, error: 'ConnectionResetError' }]);
  });

  it('loses the response after the service has acted', async () => {
    const { call, greet } = await scene({ after: () => ({ kind: 'reset' }) });

    await expect(call()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(greet).toHaveBeenCalledOnce();
  });

  it('learns the result of the call', async () => {
    const after = vi.fn(() => undefined);
    const { call, calls } = await scene({ after });

    await call();

    expect(after).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ requestId: calls[0]?.requestId }), {
      status: 200,
      output: { Greeting: 'Ada' },
    });
  });

  it('is not asked about a result when the service never acted', async () => {
    const after = vi.fn(() => undefined);
    const { post } = await scene({ after });

    await post('Greeter_1.Greet', '{}');

    expect(after).not.toHaveBeenCalled();
  });

  it('delays by simulated time, and lets the next one decide', async () => {
    const clock = createClock({ speed: 100_000 });
    const began = clock.now();
    const { post } = await openWire({
      clock,
      services: [createGreeter()],
      interceptors: [
        { before: () => ({ kind: 'delay', ms: 3_600_000 }) },
        { before: () => ({ kind: 'error', error: throttled }) },
      ],
    });

    expect((await post('Greeter_1.Greet', '{"Name":"Ada"}')).json).toMatchObject({ __type: 'ThrottlingException' });
    expect(clock.now() - began).toBeGreaterThanOrEqual(3_600_000);
  });

  it('that fails itself causes InternalFailure and a notice', async () => {
    const { call, notices } = await scene({
      before: () => {
        throw new Error('broken scenario');
      },
    });

    expect(await call()).toMatchObject({ status: 500, json: { __type: 'InternalFailure' } });
    expect(notices).toEqual(['greeter Greet failed inside the local cloud: Error: broken scenario']);
  });
});

describe('an interceptor of another protocol', () => {
  it('sees the operation that the service announces', async () => {
    const before = vi.fn(() => undefined);
    const { put, calls } = await storeScene({ before });

    expect((await put()).status).toBe(201);
    expect(before).toHaveBeenCalledWith(expect.objectContaining({ operation: 'PutObject', input: { Key: 'k' } }));
    expect(calls).toMatchObject([{ service: 's3', operation: 'PutObject', status: 201, input: { Key: 'k' } }]);
  });

  it('answers with an error before the service acts', async () => {
    const { put, stored, calls } = await storeScene({
      before: () => ({ kind: 'error', error: new AwsError('SlowDown', 'slow down', { status: 503 }) }),
    });
    const response = await put();

    expect(response.status).toBe(503);
    expect(await response.text()).toContain('<Code>SlowDown</Code>');
    expect(stored).toEqual([]);
    expect(calls).toMatchObject([{ status: 503, error: 'SlowDown' }]);
  });

  it('replaces the response after the service has acted', async () => {
    const { put, stored, calls } = await storeScene({
      after: () => ({ kind: 'error', error: new AwsError('InternalError', 'lost', { status: 500 }) }),
    });
    const response = await put();

    expect(response.status).toBe(500);
    expect(response.headers.get('x-store')).toBeNull();
    expect(response.headers.get('x-amzn-requestid')).toBe(calls[0]?.requestId);
    expect(await response.text()).toContain('<Code>InternalError</Code>');
    expect(stored).toEqual(['content']);
    expect(calls).toMatchObject([{ status: 500, error: 'InternalError' }]);
  });

  it.each([
    ['before', []],
    ['after', ['content']],
  ] as const)('resets the connection %s the service acts', async (moment, stored) => {
    const scene = await storeScene({ [moment]: () => ({ kind: 'reset' }) });

    await expect(scene.put()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(scene.stored).toEqual(stored);
    expect(scene.calls).toMatchObject([{ operation: 'PutObject', status: 0, error: 'ConnectionResetError' }]);
  });
});

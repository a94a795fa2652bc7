import { continueFrom, lambdaContext, operationEvent, operationMessage } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { encodeCallback } from '../../../lib/core/callback.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import {
  continueAfter,
  defer,
  type EngineLogic,
  fail,
  RetryableError,
  succeed,
} from '../../../lib/servicecatalog/index.ts';
import { type EngineOptions, provisioningEngineWith } from '../../../lib/servicecatalog/provisioning-engine.ts';
import { operationService } from '../../../lib/servicecatalog/result-api.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

const TRACER = 'SERVICE_CATALOG_TERRAFORM_INTEGRATION-DO_NOT_DELETE';
const PROVISION = 'NotifyProvisionProductEngineWorkflowResult';
const UPDATE = 'NotifyUpdateProvisionedProductEngineWorkflowResult';
const TERMINATE = 'NotifyTerminateProvisionedProductEngineWorkflowResult';

let runtime: TestRuntime;

beforeEach(async () => {
  runtime = await createTestRuntime({ continuationQueueUrl: 'http://127.0.0.1/123456789012/continuations' });
});
afterEach(() => runtime.close());

type Logic = EngineLogic<Readonly<Record<string, string>>, unknown>;

function engine(logic: Partial<Logic> = {}, options: EngineOptions<Readonly<Record<string, string>>, unknown> = {}) {
  const unexpected = () => fail('not expected here');
  return provisioningEngineWith(
    () => runtime,
    { provision: unexpected, update: unexpected, terminate: unexpected, ...logic },
    options,
  );
}

const run = (handler: ReturnType<typeof engine>, ...messages: (string | object)[]) =>
  handler(operationEvent(...messages), lambdaContext({ now: () => runtime.time.now() }));

/** Hands the handler what it put off last. */
const goOn = (handler: ReturnType<typeof engine>) => {
  const putOff = runtime.service.calls.findLast(({ operation }) => operation === 'SendMessage');
  return handler(continueFrom(putOff, undefined), lambdaContext({ now: () => runtime.time.now() }));
};

const answers = () => runtime.service.answers.map(({ operation, input }) => ({ operation, ...input }));

describe('an answer', () => {
  it('to a provision has exactly the members of its operation', async () => {
    const message = operationMessage({ recordId: 'rec-1', parameters: { cidr: '10.0.0.0/16' }, tags: { team: 'a' } });
    const outputs = { id: 'vpc-1', zones: ['a', 'b'], none: null, count: 2 };
    const seen: unknown[] = [];
    const response = await run(
      engine({
        provision(operation) {
          const { provisionedProduct, parameters, tags, tracerTag, identity } = operation;
          seen.push(provisionedProduct, parameters, tags, tracerTag, identity.awsAccountId);
          return succeed({ outputs });
        },
      }),
      message,
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([
      { id: 'pp-ctfiwih3iodci', name: 'my-bucket' },
      { cidr: '10.0.0.0/16' },
      { team: 'a' },
      { key: TRACER, value: 'pp-ctfiwih3iodci' },
      '123456789012',
    ]);
    expect(answers()).toEqual([
      {
        operation: PROVISION,
        WorkflowToken: message.token,
        RecordId: 'rec-1',
        Status: 'SUCCEEDED',
        ResourceIdentifier: { UniqueTag: { Key: TRACER, Value: 'pp-ctfiwih3iodci' } },
        Outputs: [
          { OutputKey: 'id', OutputValue: 'vpc-1' },
          { OutputKey: 'zones', OutputValue: '["a","b"]' },
          { OutputKey: 'count', OutputValue: '2' },
        ],
        IdempotencyToken: 'succeeded-rec-1',
      },
    ]);
  });

  it('to a failed provision names the resources, so that the product can be updated', async () => {
    await run(engine({ provision: () => fail('no more addresses', { outputs: { id: 'vpc-1' } }) }), operationMessage());
    expect(answers()).toMatchObject([
      {
        operation: PROVISION,
        Status: 'FAILED',
        FailureReason: 'no more addresses',
        ResourceIdentifier: { UniqueTag: { Key: TRACER } },
        Outputs: [{ OutputKey: 'id' }],
      },
    ]);
  });

  it('to an update has outputs and no resources', async () => {
    const message = operationMessage({ operation: 'UPDATE_PROVISIONED_PRODUCT' });
    await run(engine({ update: () => succeed({ outputs: { id: 'vpc-1' } }) }), message);
    expect(answers()).toMatchObject([{ operation: UPDATE, Status: 'SUCCEEDED', Outputs: [{ OutputKey: 'id' }] }]);
    expect(answers()[0]).not.toHaveProperty('ResourceIdentifier');
  });

  it('to a termination has neither, and the logic no artifact', async () => {
    const message = operationMessage({ operation: 'TERMINATE_PROVISIONED_PRODUCT', recordId: 'rec-9' });
    await run(engine({ terminate: () => succeed({ outputs: { id: 'vpc-1' } }) }), message);
    expect(answers()).toEqual([
      {
        operation: TERMINATE,
        WorkflowToken: message.token,
        RecordId: 'rec-9',
        Status: 'SUCCEEDED',
        IdempotencyToken: 'succeeded-rec-9',
      },
    ]);
  });

  it('has sensitive outputs masked, and their values withheld from every other text', async () => {
    const password = 'correct horse battery';
    await run(
      engine({
        provision({ log }) {
          const outputs = [
            { key: 'password', value: password, sensitive: true, description: 'of the administrator' },
            { key: 'url', value: `https://admin:${password}@db` },
          ];
          log.info('made', { url: `https://admin@db` });
          return succeed({ outputs });
        },
      }),
      operationMessage(),
    );
    expect(answers()[0]?.Outputs).toEqual([
      { OutputKey: 'password', OutputValue: '(sensitive value)', Description: 'of the administrator' },
      { OutputKey: 'url', OutputValue: 'https://admin:[withheld]@db' },
    ]);
    expect(JSON.stringify([runtime.lines, answers()])).not.toContain(password);
  });

  it('keeps the end of a reason, without escapes, controls and characters beyond U+FFFF', async () => {
    const reason = `\u001b[31m${'warning '.repeat(600)}\u0000 the cause 🙂`;
    await run(engine({ provision: () => fail(reason) }), operationMessage());
    const { FailureReason: sent } = answers()[0] ?? {};
    expect(sent).toHaveLength(2048);
    expect(sent).toMatch(/the cause \ufffd$/);
  });

  it.each(['', '\u0000'])('has a reason also where the logic gives none (%j)', async (reason) => {
    await run(engine({ provision: () => fail(reason) }), operationMessage());
    expect(answers()[0]?.FailureReason).toBe('failed without a reason');
  });

  it('is a failure that says so where the outcome is none that can be reported', async () => {
    await run(engine({ provision: () => succeed({ output: {} } as object) }), operationMessage());
    expect(answers()).toMatchObject([
      { Status: 'FAILED', FailureReason: expect.stringContaining('"output" is none of') },
    ]);
  });

  it('is amended to a failure where Service Catalog refuses it as invalid', async () => {
    runtime.service.script({ errorCode: 'InvalidParametersException', message: 'Outputs are too many.' });
    await run(engine({ provision: () => succeed() }), operationMessage());
    expect(answers()).toMatchObject([
      { Status: 'FAILED', FailureReason: expect.stringContaining('Outputs are too many.') },
    ]);
  });
});

describe('a message', () => {
  it('that comes twice is worked on once, and answered by the same request', async () => {
    let runs = 0;
    const handler = engine({ provision: () => succeed({ outputs: { run: ++runs } }) });
    const message = operationMessage();
    await run(handler, message);
    await run(handler, message);
    expect(runs).toBe(1);
    expect(answers()).toHaveLength(2);
    expect(answers()[1]).toEqual(answers()[0]);
  });

  it('whose answer is lost on the way is answered again by the same request', async () => {
    runtime.service.script('lost-response');
    await run(engine({ provision: () => succeed() }), operationMessage());
    expect(answers()).toHaveLength(2);
    expect(answers()[1]).toEqual(answers()[0]);
  });

  it('is done with where nobody waits for its answer any more', async () => {
    runtime.service.script({ errorCode: 'ResourceNotFoundException' });
    expect(await run(engine({ provision: () => succeed() }), operationMessage())).toEqual({ batchItemFailures: [] });
  });

  it.each([
    ['a damaged artifact', { artifact: { path: 'ftp://x' } }, PROVISION, 'the artifact'],
    ['an unknown operation', { operation: 'IMPORT_PRODUCT' }, PROVISION, 'the operation "IMPORT_PRODUCT" is none'],
    ['an unknown operation and no artifact', { operation: 'IMPORT', artifact: undefined }, TERMINATE, '"IMPORT"'],
  ])('with %s is answered, and the logic does not run', async (_, override, operation, reason) => {
    await run(engine(), { ...operationMessage(), ...override });
    expect(answers()).toMatchObject([{ operation, Status: 'FAILED', FailureReason: expect.stringContaining(reason) }]);
  });

  it('that cannot be read fails by itself, and the others of its batch are answered', async () => {
    const event = operationEvent('{"poison', operationMessage({ recordId: 'rec-2' }), { hello: 1 });
    const handler = engine({ provision: () => succeed() });
    const response = await handler(event, lambdaContext({ now: () => runtime.time.now() }));
    expect(response).toEqual({
      batchItemFailures: [
        { itemIdentifier: event.Records[0]?.messageId },
        { itemIdentifier: event.Records[2]?.messageId },
      ],
    });
    expect(answers()).toMatchObject([{ RecordId: 'rec-2', Status: 'SUCCEEDED' }]);
  });

  it('whose parameters do not fit the schema is answered with the fields', async () => {
    const options = { parameters: z.object({ zones: z.coerce.number().max(3) }) };
    const handler = provisioningEngineWith(
      () => runtime,
      {
        provision: ({ parameters }) => succeed({ outputs: { double: parameters.zones * 2 } }),
        update() {},
        terminate() {},
      },
      options,
    );
    await run(handler as never, operationMessage({ parameters: { zones: '9' } }));
    await run(handler as never, operationMessage({ parameters: { zones: '3' } }));
    expect(answers()).toMatchObject([
      { Status: 'FAILED', FailureReason: expect.stringMatching(/the parameters does not fit|zones/) },
      { Status: 'SUCCEEDED', Outputs: [{ OutputKey: 'double', OutputValue: '6' }] },
    ]);
  });

  it('shows no token and no NoEcho parameter in logs and reasons', async () => {
    const message = operationMessage({ parameters: { password: 'correct horse battery' } });
    await run(
      engine(
        {
          provision(operation) {
            operation.log.info('begins', { operation, message, password: operation.parameters.password });
            throw new Error(
              `cannot log in with ${operation.parameters.password}, token ${message.token}, ${encodeCallback(operation.callback)}`,
            );
          },
        },
        { noEcho: ['password'] },
      ),
      message,
    );
    const reason = answers()[0]?.FailureReason;
    expect(reason).toBe('cannot log in with [withheld], token [withheld], [withheld]');
    expect(runtime.lines.join('\n')).not.toMatch(/correct horse/);
    expect(runtime.lines.join('\n')).not.toContain(message.token);
  });
});

describe('an operation that takes longer', () => {
  it('goes on later with its state', async () => {
    const states: unknown[] = [];
    const handler = engine({
      provision({ state, run: number }) {
        states.push([number, state]);
        return number === 1 ? continueAfter({ minutes: 2 }, { buildId: 'b-1' }) : succeed();
      },
    });
    await run(handler, operationMessage());
    expect(answers()).toEqual([]);
    runtime.time.advance(120_000);
    await goOn(handler);
    expect(states).toEqual([
      [1, undefined],
      [2, { buildId: 'b-1' }],
    ]);
    expect(answers()).toMatchObject([{ Status: 'SUCCEEDED' }]);
  });

  it('is answered by whoever completes it, and by nobody else', async () => {
    let callback: Parameters<typeof completeWith>[2] | undefined;
    const handler = engine({
      update(operation) {
        callback = operation.callback;
        return defer({ within: { hours: 12 } });
      },
    });
    const message = operationMessage({ operation: 'UPDATE_PROVISIONED_PRODUCT' });
    await run(handler, message);
    expect(answers()).toEqual([]);
    const completion = await completeWith(
      runtime,
      [operationService],
      callback as never,
      succeed({ outputs: { a: 1 } }),
    );
    expect(completion).toEqual({ decision: 'succeeded', accepted: true, state: 'reported' });
    runtime.time.advance(12 * 3_600_000);
    await goOn(handler);
    expect(answers()).toMatchObject([
      { operation: UPDATE, WorkflowToken: message.token, Status: 'SUCCEEDED', Outputs: [{ OutputKey: 'a' }] },
      { operation: UPDATE, WorkflowToken: message.token, Status: 'SUCCEEDED', Outputs: [{ OutputKey: 'a' }] },
    ]);
  });

  it('is answered failed when nobody completes it in time', async () => {
    const handler = engine({ provision: () => defer({ within: { hours: 12 } }) });
    await run(handler, operationMessage());
    runtime.time.advance(12 * 3_600_000);
    await goOn(handler);
    expect(answers()).toMatchObject([
      { Status: 'FAILED', FailureReason: expect.stringContaining('left to somebody else') },
    ]);
  });
});

describe('the last resort', () => {
  it('answers a message that its function failed on until the dead-letter queue', async () => {
    const handler = engine({
      provision() {
        throw new RetryableError('not now');
      },
    });
    const message = operationMessage({ recordId: 'rec-7' });
    const response = await run(handler, message);
    expect(response?.batchItemFailures).toHaveLength(1);
    runtime.time.advance(60_000);
    const lastResort = createLastResort([operationService], () => runtime);
    const { Records } = operationEvent(message);
    expect(await lastResort({ Records }, lambdaContext({ now: () => runtime.time.now() }))).toEqual({
      batchItemFailures: [],
    });
    expect(answers()).toMatchObject([{ operation: PROVISION, RecordId: 'rec-7', Status: 'FAILED' }]);
  });
});

describe('provisioningEngine', () => {
  it('refuses options and logic that it does not know', () => {
    expect(() => engine({}, { retries: 3 } as object)).toThrow('provisioningEngine has no option "retries"');
    expect(() => engine({ terminate: undefined } as never)).toThrow('needs a function for terminate');
  });
});

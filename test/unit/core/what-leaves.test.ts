import { type Callback, encodeCallback } from 'ringback';
import { continueAfter, fail, RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsCallError } from '../../../lib/aws/index.ts';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { InProgressError } from '../../../lib/core/errors.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { exitError } from '../../../lib/core/secrets/exit-error.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import { secretMembers } from '../../../lib/core/secrets/secret-members.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

function throwIt(thrown: unknown): never {
  throw thrown;
}

/** What a handler throws whose logic throws this. */
async function thrownBy(error: unknown, event = pipelineJobEvent()): Promise<Error & Record<string, unknown>> {
  const handler = pipelineJobWith(
    () => runtime,
    () => {
      throw error;
    },
  );
  return (await handler(event, lambdaContext()).catch((thrown: unknown) => thrown)) as Error & Record<string, unknown>;
}

describe('an error that a handler throws', () => {
  it('holds none of the secrets of its delivery, in no text and no member of it and of its causes', async () => {
    const event = pipelineJobEvent();
    const { secretAccessKey, sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    const cause = Object.assign(new Error(`bad key ${secretAccessKey}`), { config: { sessionToken } });
    const error = Object.assign(new RetryableError(`refused ${secretAccessKey}`, { cause }), {
      request: { headers: { authorization: sessionToken } },
    });
    const thrown = await thrownBy(error, event);
    expect(thrown).toBeInstanceOf(RetryableError);
    expect(thrown.name).toBe('RetryableError');
    expect(thrown.message).toBe('refused [withheld]; caused by: bad key [withheld]');
    const all = JSON.stringify([thrown.message, thrown.stack, { ...thrown }, thrown.cause]);
    expect(all).not.toContain(secretAccessKey);
    expect(all).not.toContain(sessionToken);
    expect(Object.keys(thrown)).not.toContain('request');
  });

  it('is shortened, keeping the end, so that a failure record holds it whatever its characters cost', async () => {
    const thrown = await thrownBy(new RetryableError(`${'\u0001ü"'.repeat(400_000)} and the cause stands here`));
    expect(thrown.message).toMatch(/and the cause stands here$/);
    expect(JSON.stringify({ errorMessage: thrown.message, trace: thrown.stack }).length).toBeLessThan(50_000);
  });

  it.each([
    [new InProgressError('busy'), InProgressError],
    [new AwsCallError('down', { code: 'X', fault: 'server', action: 'a:B' }), AwsCallError],
    [new TypeError('a bug'), Error],
    ['a text', Error],
    [undefined, Error],
  ])('stays of its kind: %s', (thrown, kind) => {
    expect(exitError(thrown, createRedactor().redact)).toBeInstanceOf(kind);
  });

  it('keeps of a failed call what tells whether it may pass', () => {
    const call = new AwsCallError('down', { code: 'X', fault: 'client', action: 'a:B', retryAfterMs: 7, passes: true });
    expect(exitError(call, createRedactor().redact)).toMatchObject({
      code: 'X',
      fault: 'client',
      retryAfterMs: 7,
      retryable: true,
    });
  });
});

describe('a secret', () => {
  const event = pipelineJobEvent();
  const { secretAccessKey, sessionToken } = event['CodePipeline.job'].data.artifactCredentials;

  it.each<[string, (callback: Callback) => unknown]>([
    ['returned by mistake', () => `${sessionToken} and more`],
    [
      'in the name of a variable, across the cut of the message',
      () => succeed({ variables: { [`${'x/'.repeat(30)}${sessionToken}`]: '1' } }),
    ],
    ['in a member of a thrown object', () => throwIt({ config: { headers: { authorization: 'Bearer hidden-one' } } })],
    ['in a member of a cause that is no error', () => throwIt(new Error('x', { cause: { password: 'hidden-one' } }))],
    ['beside its name', () => throwIt({ headers: [{ name: 'X-Api-Key', value: 'hidden-one' }] })],
    [
      'after its name in a list',
      () => throwIt(Object.assign(new Error('x'), { rawHeaders: ['Host', 'a', 'Authorization', 'hidden-one'] })),
    ],
    [
      'in a Map of headers',
      () => throwIt(Object.assign(new Error('x'), { headers: new Map([['cookie', 'hidden-one']]) })),
    ],
    [
      'in a client’s own text',
      () =>
        throwIt(
          Object.assign(new Error('x'), { _header: 'GET / HTTP/1.1\r\nauthorization: Basic hidden-one\r\n\r\n' }),
        ),
    ],
    ['in an error of an AggregateError', () => throwIt(new AggregateError([new Error(`no ${secretAccessKey}`)]))],
    ['in the name of an error', () => throwIt(Object.assign(new Error('x'), { name: sessionToken }))],
    ['in Base64, after a user’s name', () => throwIt(Buffer.from(`me:${sessionToken}`).toString('base64'))],
    ['in hexadecimal digits', () => throwIt(Buffer.from(sessionToken).toString('hex'))],
    [
      'in an address within an address',
      (callback) =>
        throwIt(`https://a.example/?c=${encodeURIComponent(JSON.stringify({ c: encodeCallback(callback) }))}`),
    ],
    ['in JSON, after a line break', (callback) => throwIt(JSON.stringify(`answer:\n${encodeCallback(callback)}`))],
  ])('leaves in no answer, log or metric: %s', async (_where, act) => {
    let encoded = '';
    const handler = pipelineJobWith(
      () => runtime,
      ({ callback }) => {
        encoded = encodeCallback(callback);
        return act(callback) as undefined;
      },
    );
    await handler(event, lambdaContext());
    expect(runtime.service.answers).toHaveLength(1);
    const all = JSON.stringify([runtime.lines, runtime.printed, runtime.service.answers.map(({ input }) => input)]);
    const secrets = [secretAccessKey, sessionToken, encoded].flatMap((secret) => [
      secret.slice(0, 40),
      secret.slice(-30),
    ]);
    const forms = [
      ...secrets,
      Buffer.from(sessionToken).toString('hex').slice(0, 40),
      Buffer.from(`me:${sessionToken}`).toString('base64').slice(8, 60),
    ];
    for (const hidden of [...forms, 'hidden-one']) expect(all).not.toContain(hidden);
  });

  it.each([
    ['calls the success invalid', 'ValidationException', /refused as invalid.*\[withheld\]/],
    ['refuses the answer', 'AccessDeniedException', /lacks a permission.*\[withheld\]/],
  ])('is not repeated after a service that %s, and quotes it', async (_what, errorCode, told) => {
    runtime.service.script({ errorCode, message: `this is not for ${sessionToken}` });
    const handler = pipelineJobWith(
      () => runtime,
      () => succeed(),
    );
    const thrown = await handler(event, lambdaContext()).catch(String);
    const left = JSON.stringify([thrown, runtime.lines, runtime.service.answers.map(({ input }) => input)]);
    expect(left).toMatch(told);
    expect(left).not.toContain(sessionToken);
  });

  it('is not seen in prose', () => {
    const { redact } = createRedactor();
    for (const text of ['Authorization: the role is not allowed to do this', 'the cookie: none was sent', 'adverb1.5'])
      expect(redact(text)).toBe(text);
  });
});

describe('a secret that stands across the cut of a long text', () => {
  const secret = 'k3y9wX2mQz7p';
  const event = pipelineJobEvent();
  const job = event['CodePipeline.job'];
  const artifactCredentials = { ...job.data.artifactCredentials, secretAccessKey: secret };
  const delivery = { 'CodePipeline.job': { ...job, data: { ...job.data, artifactCredentials } } };
  const long = (at: number) => 'x'.repeat(at) + `${secret} `.repeat(20_000);

  it.each<[string, (text: string) => unknown]>([
    ['a reason', (text) => fail(text)],
    ['a summary', (text) => succeed({ summary: text })],
    [
      'the summary of a revision',
      (text) => succeed({ currentRevision: { revision: '1', changeIdentifier: '1', revisionSummary: text } }),
    ],
    ['progress', (text) => continueAfter({ seconds: 1 }, 1, { summary: text })],
    ['an error, and its line of the log', (text) => throwIt(new Error(text))],
    ['an error that asks for a retry, and its stack', (text) => throwIt(new RetryableError(text))],
    ['an object that is thrown', (text) => throwIt({ said: text })],
    ['a text that is returned', (text) => text],
    ['the name of a variable', (text) => succeed({ variables: { [text]: '1' } })],
  ])('leaves no part of it in %s', async (_where, act) => {
    for (const at of [0, 3, 5, 8]) {
      const handler = pipelineJobWith(
        () => runtime,
        () => act(long(at)) as undefined,
      );
      const thrown = await handler(delivery, lambdaContext()).catch((error: Error) => [error.message, error.stack]);
      const left = JSON.stringify([thrown, runtime.lines, runtime.service.answers.map(({ input }) => input)]);
      expect(left).not.toMatch(/k3y|9wX|2mQ|z7p/);
    }
  });
});

describe('a line of the log', () => {
  it('holds no more than CloudWatch takes, whatever it is told, and the ends of a long text', async () => {
    await thrownBy(new Error(`${'a'.repeat(900_000)} the end`));
    const line = runtime.lines.find((text) => text.includes('the logic failed')) ?? '';
    expect(line.length).toBeLessThan(250_000);
    expect(line).toContain('characters more]');
    expect(line).toContain(' the end');
  });
});

describe('the last resort', () => {
  it('withholds the secrets of the event from the failure that it repeats', async () => {
    const event = pipelineJobEvent();
    const { sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    const record = {
      requestContext: { functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate', requestId: 'r' },
      requestPayload: event,
      responsePayload: { errorType: 'Error', errorMessage: `a wrapper threw ${sessionToken}` },
    };
    await createLastResort(services, () => runtime)(
      { Records: [{ messageId: 'm', body: JSON.stringify(record) }] },
      lambdaContext(),
    );
    const message = runtime.service.answers[0]?.input.failureDetails.message;
    expect(message).toContain('a wrapper threw [withheld]');
    expect(JSON.stringify(runtime.lines)).not.toContain(sessionToken);
  });

  it('knows them by their names, at any depth', () => {
    expect(secretMembers({ a: [{ sessionToken: 'one', name: 'two' }], token: 'three', count: 4, none: null })).toEqual([
      'one',
      'three',
    ]);
  });
});

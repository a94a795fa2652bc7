import { fail, type OperationOutcome, type ProvisioningOperation, succeed } from 'ringback/servicecatalog';
import { lambdaContext, operationEvent, operationMessage } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeWith } from '../../../lib/core/complete.ts';
import { defer } from '../../../lib/core/outcome.ts';
import { provisioningEngineWith } from '../../../lib/servicecatalog/provisioning-engine.ts';
import { operationService } from '../../../lib/servicecatalog/result-api.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime({ continuationQueueUrl: 'http://127.0.0.1/123456789012/continuations' });
});
afterEach(() => runtime.close());

/** Runs one operation and gives what Service Catalog was told; its API model has accepted it. */
async function answerTo(
  logic: (operation: ProvisioningOperation) => OperationOutcome,
  message: object = operationMessage(),
  noEcho: readonly string[] = [],
) {
  const handler = provisioningEngineWith(
    () => runtime,
    { provision: logic, update: logic, terminate() {} },
    { noEcho },
  );
  await handler(operationEvent(message), lambdaContext());
  return runtime.service.answers.at(-1)?.input;
}

describe('a reason', () => {
  it('of 2,048 characters stays as it is; of one more it keeps its end', async () => {
    expect((await answerTo(() => fail('r'.repeat(2_048)))).FailureReason).toBe('r'.repeat(2_048));
    expect((await answerTo(() => fail(`${'r'.repeat(2_048)}!`))).FailureReason).toBe(`…${'r'.repeat(2_046)}!`);
  });

  it.each(['hunter2', 'hunter22', 'hunter222', 'h'])(
    'fits where it holds the NoEcho value %s 300 times',
    async (value) => {
      const message = operationMessage({ parameters: { password: value } });
      const { FailureReason } = await answerTo(() => fail(`${`<${value}> `.repeat(300)}end`), message, ['password']);
      expect(FailureReason.length).toBeLessThanOrEqual(2_048);
      expect(FailureReason).toMatch(/<\[withheld\]> end$/);
      expect(FailureReason).not.toContain(`<${value}>`);
      expect(runtime.lines.join()).not.toContain(`<${value}>`);
    },
  );
});

describe('a NoEcho parameter that comes twice', () => {
  it('has both of its values withheld', async () => {
    const parameters = ['first', 'second'].map((value) => ({ key: 'password', value }));
    const message = { ...operationMessage(), parameters };
    const { FailureReason } = await answerTo(() => fail('not first, not second'), message, ['password']);
    expect(FailureReason).toBe('not [withheld], not [withheld]');
  });
});

describe('a NoEcho value that stands across the cut of a long text', () => {
  const secret = 'k3y9wX2mQz7p';
  const message = operationMessage({ parameters: { password: secret } });

  it.each<[string, (text: string) => OperationOutcome]>([
    ['a reason', (text) => fail(text)],
    ['the description of an output', (text) => succeed({ outputs: [{ key: 'a', value: 'b', description: text }] })],
    ['the value of an output', (text) => succeed({ outputs: { a: text } })],
    ['an output key that is too long', (text) => succeed({ outputs: { [text]: 'b' } })],
  ])('leaves no part of it in %s', async (_where, act) => {
    for (const at of [0, 3, 5, 8]) {
      const answer = await answerTo(() => act('x'.repeat(at) + `${secret} `.repeat(400)), message, ['password']);
      expect(JSON.stringify([answer, runtime.lines])).not.toMatch(/k3y|9wX|2mQ|z7p/);
    }
  });
});

describe('identifiers and keys', () => {
  const sensitive = { key: 'password', value: 'administrator', sensitive: true };

  it('stay as they are, also where a sensitive output stands in them', async () => {
    const resourceIdentifier = { key: 'app', value: 'app-administrator-1' };
    const outputs = [sensitive, { key: 'administrator', value: 'by administrator', description: 'of administrator' }];
    const answer = await answerTo(() => succeed({ outputs, resourceIdentifier }));
    expect(answer).toMatchObject({
      Status: 'SUCCEEDED',
      ResourceIdentifier: { UniqueTag: { Key: 'app', Value: 'app-administrator-1' } },
      Outputs: [
        { OutputKey: 'password', OutputValue: '(sensitive value)' },
        { OutputKey: 'administrator', OutputValue: 'by [withheld]', Description: 'of [withheld]' },
      ],
    });
  });

  it.each([
    ['an identifier', { resourceIdentifier: { key: 'app', value: 'a#b' } }, /resourceIdentifier must be a tag/],
    ['a key', { outputs: { ['k'.repeat(1_001)]: 1 } }, /output key .* has 1001 characters/],
  ])('make a failure that says so where %s does not fit', async (_what, details, reason) => {
    expect(await answerTo(() => succeed(details))).toMatchObject({
      Status: 'FAILED',
      FailureReason: expect.stringMatching(reason),
    });
  });
});

describe('outputs', () => {
  const many = (count: number, key: number, description: number) =>
    Array.from({ length: count }, (_, index) => ({
      key: `${index}`.padStart(key, 'k'),
      value: 'v',
      description: 'd'.repeat(description),
    }));

  it.each([
    ['300 long keys and descriptions', many(300, 900, 1_000)],
    [
      '196,000 Japanese characters',
      Array.from({ length: 14 }, (_, n) => ({ key: `${n}`, value: 'あ'.repeat(14_000) })),
    ],
  ])('that the ledger cannot hold, such as %s, are a failure that says so', async (_what, outputs) => {
    expect(await answerTo(() => succeed({ outputs }))).toMatchObject({
      Status: 'FAILED',
      FailureReason: expect.stringMatching(/bytes as JSON, and the ledger holds/),
    });
  });

  it('that the ledger cannot hold do not hide the reason of a failure', async () => {
    const answer = await answerTo(() => fail('no more addresses', { outputs: many(300, 900, 1_000) }));
    expect(answer).toMatchObject({ Status: 'FAILED', FailureReason: 'no more addresses' });
    expect(answer).not.toHaveProperty('Outputs');
  });

  it('are understood as Terraform prints them', async () => {
    const outputs = {
      url: { sensitive: false, type: 'string', value: 'https://admin:s3cr3t@db' },
      password: { sensitive: true, type: 'string', value: 's3cr3t' },
      zones: { sensitive: false, type: ['tuple', ['string']], value: ['a'] },
      fleeting: { sensitive: true, ephemeral: true, deprecated: 'use password', type: 'string', value: 's3cr3t' },
      none: { sensitive: false, type: 'dynamic', value: null },
      own: { value: 1 },
      other: { sensitive: true, value: 'other s3cr3t', owner: 'us' },
    };
    expect((await answerTo(() => succeed({ outputs }))).Outputs).toEqual([
      { OutputKey: 'url', OutputValue: 'https://admin:[withheld]@db' },
      { OutputKey: 'password', OutputValue: '(sensitive value)' },
      { OutputKey: 'zones', OutputValue: '["a"]' },
      { OutputKey: 'fleeting', OutputValue: '(sensitive value)' },
      { OutputKey: 'own', OutputValue: '{"value":1}' },
      { OutputKey: 'other', OutputValue: '(sensitive value)' },
    ]);
  });

  it('that JSON would make null of are told as they are', async () => {
    const outputs = { a: Number.NaN, b: { c: Number.NEGATIVE_INFINITY }, d: new Date(Number.NaN) };
    expect((await answerTo(() => succeed({ outputs }))).Outputs).toEqual([
      { OutputKey: 'a', OutputValue: 'NaN' },
      { OutputKey: 'b', OutputValue: '{"c":"-Infinity"}' },
      { OutputKey: 'd', OutputValue: 'Invalid Date' },
    ]);
  });

  it('without a key are a failure that says so, instead of a success without them', async () => {
    expect(await answerTo(() => succeed({ outputs: { '': 'x', b: 'y' } }))).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'the outcome cannot be reported: the key of an output is empty',
    });
  });

  it('that a thrown error brings are withheld from the log, too', async () => {
    const outputs = [{ key: 'password', value: 's3cr3t', sensitive: true }];
    const answer = await answerTo(() => {
      throw Object.assign(new Error('s3cr3t was refused'), { details: { outputs } });
    });
    expect(answer).toMatchObject({
      FailureReason: '[withheld] was refused',
      Outputs: [{ OutputKey: 'password', OutputValue: '(sensitive value)' }],
    });
    expect(runtime.lines.join()).toContain('the logic failed');
    expect(runtime.lines.join()).not.toContain('s3cr3t');
  });

  it('of a state of Terraform are refused, and no text shows what is marked in it', async () => {
    const outputs = { format_version: '1.0', values: { outputs: { db: { sensitive: true, value: 's3cr3t' } } } };
    expect(await answerTo(() => succeed({ outputs }))).toMatchObject({
      Status: 'FAILED',
      FailureReason: expect.stringMatching(/give what "terraform output -json" prints/),
    });
    const failure = await answerTo(() => fail('s3cr3t was refused', { outputs }));
    expect(failure.FailureReason).toBe('[withheld] was refused');
    expect(failure).not.toHaveProperty('Outputs');
    expect(runtime.lines.join()).not.toContain('s3cr3t');
  });

  it('that are sensitive are withheld from all other texts, also where somebody else completes', async () => {
    let callback: Parameters<typeof completeWith>[2] = '';
    await answerTo((operation) => {
      callback = operation.callback;
      return defer({ within: { hours: 1 } });
    });
    const outputs = {
      password: { sensitive: true, value: 's3cr3t' },
      database: { sensitive: true, value: { engine: 'pg', password: 'pw12', hosts: ['db-1.internal'] } },
    };
    const reason = 's3cr3t was refused, as was pw12 at db-1.internal by pg';
    await completeWith(runtime, [operationService], callback, fail(reason, { outputs }));
    expect(runtime.service.answers.at(-1)?.input).toMatchObject({
      FailureReason: '[withheld] was refused, as was [withheld] at [withheld] by pg',
      Outputs: [{ OutputValue: '(sensitive value)' }, { OutputValue: '(sensitive value)' }],
    });
  });
});

describe('the parameters of an update', () => {
  it('are those that came with a value: none stands for an empty text', async () => {
    const parameters = [{ key: 'size', value: null }, { key: 'colour' }, { key: '' }, { key: 'title', value: '' }];
    const message = { ...operationMessage({ operation: 'UPDATE_PROVISIONED_PRODUCT' }), parameters };
    let seen: unknown;
    const answer = await answerTo((operation) => {
      seen = operation.parameters;
    }, message);
    expect(answer).toMatchObject({ Status: 'SUCCEEDED' });
    expect(seen).toEqual({ title: '' });
  });

  it('are refused where a value has no key', async () => {
    const message = { ...operationMessage(), parameters: [{ key: '', value: 'x' }] };
    expect(await answerTo(() => undefined, message)).toMatchObject({
      Status: 'FAILED',
      FailureReason: expect.stringContaining('parameters[0] has no key'),
    });
  });
});

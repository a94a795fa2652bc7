import fc from 'fast-check';
import { fail, type HookAnnotation, succeed, verdict } from 'ringback/hooks';
import { resourceHookEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { answerOf, hookRuntime } from './run-hook.ts';

const event = resourceHookEvent();
const onCloudControl = resourceHookEvent({ operation: 'CLOUD_CONTROL' });
const finding: HookAnnotation = { annotationName: 'rule', status: 'FAILED' };

/** What `cdk deploy` shows of a failure without annotations: blanks run together, and cut. */
const seenBy = (message: string) => `Hook failed with message: ${message}`.replaceAll(/\s+/g, ' ').slice(0, 400);

describe('the reason of a failure', () => {
  const long = `the bucket ${'x'.repeat(5_000)} is refused; caused by: no key`;

  it.each([
    ['stacks', event, 4_096],
    ['Cloud Control', onCloudControl, 1_024],
  ])('is cut to what %s take', async (_what, given, length) => {
    const { message = '' } = await answerOf(() => fail(long), given);
    expect(message.length).toBeLessThanOrEqual(length);
    expect(message.length).toBeGreaterThan(length - 50);
  });

  it('has its beginning and its end, where the cause stands, within what everybody sees', async () => {
    const { message = '' } = await answerOf(() => fail(long), event);
    expect(seenBy(message)).toMatch(/^Hook failed with message: the bucket x+ … x+ is refused; caused by: no key/);
    expect(message).toContain('In full: the bucket xxx');
  });

  it('stays as it is where it is short, and is never empty', async () => {
    expect((await answerOf(() => fail('x'.repeat(374)), event)).message).toBe('x'.repeat(374));
    expect((await answerOf(() => fail(''), event)).message).toBe('failed without a reason');
  });

  it('is well-formed text without controls, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 2_000 }), async (reason) => {
        const { message = '' } = await answerOf(() => fail(reason), onCloudControl);
        expect(message.length).toBeGreaterThan(0);
        expect(message.length).toBeLessThanOrEqual(1_024);
        expect(message.isWellFormed()).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that must not be there
        expect(message).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u007f]/);
      }),
      { numRuns: 20 },
    );
  });
});

describe('annotations', () => {
  it('come in the order in which they matter', async () => {
    const of = (
      annotationName: string,
      status: HookAnnotation['status'],
      severityLevel?: HookAnnotation['severityLevel'],
    ) => ({
      annotationName,
      status,
      ...(severityLevel && { severityLevel }),
    });
    const annotations = [
      of('passed', 'PASSED', 'CRITICAL'),
      of('low', 'FAILED', 'LOW'),
      of('unrated', 'FAILED'),
      of('high', 'FAILED', 'HIGH'),
      of('skipped', 'SKIPPED'),
    ];
    const response = await answerOf(() => succeed({ annotations }), event);
    expect(response.annotations?.map(({ annotationName }) => annotationName)).toEqual([
      'high',
      'unrated',
      'low',
      'passed',
      'skipped',
    ]);
  });

  it('have their texts cut to what GetHookResult gives', async () => {
    const long = 'x'.repeat(20_000);
    const annotation = { ...finding, statusMessage: long, remediationMessage: long };
    const { annotations: [fitted] = [] } = await answerOf(() => succeed({ annotations: [annotation] }), event);
    expect([fitted?.statusMessage?.length, fitted?.remediationMessage?.length]).toEqual([16_384, 16_384]);
  });

  it.each([
    ['no name', { status: 'PASSED' }, 'annotation 1: annotationName is missing'],
    ['a long name', { ...finding, annotationName: 'x'.repeat(1_025) }, '1 to 1024 characters'],
    ['a name with a control', { ...finding, annotationName: 'a\u0007' }, 'a control character'],
    ['a long link', { ...finding, remediationLink: `https://${'x'.repeat(5_120)}` }, '1 to 5120 characters'],
    ['no status', { annotationName: 'x' }, 'status is missing'],
    ['another status', { ...finding, status: 'OK' }, 'status must be one of PASSED, FAILED, SKIPPED, but is "OK"'],
    ['another severity', { ...finding, severityLevel: 'high' }, 'severityLevel must be one of'],
    ['no object', 'x', 'must be an object, but is string'],
  ])(
    'with %s make a success a failure that says so, and do not keep a failure from its reason',
    async (_case, annotation, problem) => {
      const annotations = [annotation as HookAnnotation];
      const expected = {
        hookStatus: 'FAILED',
        errorCode: 'InternalFailure',
        message: expect.stringContaining(problem),
      };
      expect(await answerOf(() => succeed({ annotations }), event)).toMatchObject(expected);
      const runtime = hookRuntime();
      expect(await answerOf(() => fail('why', { annotations }), event, { runtime })).toMatchObject({
        hookStatus: 'FAILED',
        errorCode: 'NonCompliant',
        message: 'why',
      });
      expect(runtime.lines.join()).toContain('cannot be sent as they were given');
    },
  );

  it('are as many as a response holds, and the last one says that there are more', async () => {
    const annotations = Array.from({ length: 400 }, (_, index) => ({
      ...finding,
      annotationName: `rule-${index}`,
      statusMessage: 'x'.repeat(16_384),
    }));
    const response = await answerOf(() => fail('much', { annotations }), event);
    expect(Buffer.byteLength(JSON.stringify(response))).toBeLessThan(6_000_000);
    expect(response.annotations?.at(-1)).toMatchObject({
      status: 'SKIPPED',
      statusMessage: expect.stringMatching(/^\d+ more annotations are left out/),
    });
  });
});

describe('a verdict', () => {
  it('is a failure that tells the gravest first, with its remediation', () => {
    const { kind, ...rest } = verdict([
      { annotationName: 'tags', status: 'FAILED', severityLevel: 'LOW' },
      {
        annotationName: 'key',
        status: 'FAILED',
        severityLevel: 'HIGH',
        statusMessage: 'has no key',
        remediationMessage: 'Set KmsKeyId',
      },
    ]);
    expect({ kind, ...rest }).toMatchObject({ kind: 'failed', reason: 'key: has no key; Set KmsKeyId. tags: failed' });
  });

  it('tells as many as everybody sees, and how many more there are', () => {
    const findings = Array.from({ length: 30 }, (_, index) => ({ ...finding, statusMessage: `finding ${index + 1}` }));
    const outcome = verdict(findings);
    const { reason } = outcome as { readonly reason: string };
    expect(seenBy(reason)).toBe(`Hook failed with message: ${reason}`);
    const [told, left] = [reason.match(/finding \d+/g) ?? [], Number(/\. And (\d+) more$/.exec(reason)?.[1])];
    expect(told.length + left).toBe(30);
    expect(told.length).toBeGreaterThan(10);
  });

  it('is a success with all annotations where none has failed', () => {
    const annotations = [{ annotationName: 'tags', status: 'PASSED' }] as const;
    expect(verdict(annotations)).toEqual({ kind: 'succeeded', details: { annotations } });
  });
});

import fc from 'fast-check';
import { decodeCallback, encodeCallback } from 'ringback';
import { describe, expect, it } from 'vitest';
import { fitJobDecision, limits } from '../../../lib/codepipeline/fit.ts';
import { jobCallback, jobResultApi } from '../../../lib/codepipeline/result-api.ts';
import { decodeContinuation, encodeContinuation, loadState } from '../../../lib/core/continuation.ts';
import type { Decision } from '../../../lib/core/decision.ts';
import { createMemoryLedger } from '../../../lib/core/memory-ledger.ts';
import { createRedactor } from '../../../lib/core/redact.ts';
import { retry } from '../../../lib/core/retry.ts';
import { fitText } from '../../../lib/core/text.ts';
import model from '../../../lib/local/models/codepipeline.json' with { type: 'json' };
import { createInputValidator } from '../../../lib/local/wire/validate-input.ts';
import { fakeTime } from '../../../lib/testing/index.ts';

/** Any text at all: lone surrogates, control characters and characters beyond U+FFFF included. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 7_000 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 3_000 }).map((units) => String.fromCharCode(...units)),
);

describe('fitText', () => {
  it('gives a text within the limit, well formed and free of control characters', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 2, max: 5_000 }),
        fc.constantFrom('start', 'end'),
        fc.boolean(),
        (text, max, keep, astral) => {
          const fitted = fitText(text, { max, keep: keep as 'start', ifEmpty: '-', astral });
          expect(fitted.length).toBeGreaterThan(0);
          expect(fitted.length).toBeLessThanOrEqual(max);
          expect(fitted.isWellFormed()).toBe(true);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be gone
          expect(fitted).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
          if (!astral) expect(fitted).not.toMatch(/[\u{10000}-\u{10ffff}]/u);
        },
      ),
    );
  });

  it('leaves a text alone that fits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w äöü€-]{1,200}$/), (text) => {
        fc.pre(text.trim() === text && text !== '');
        expect(fitText(text, { max: 200, keep: 'end', ifEmpty: '-' })).toBe(text);
      }),
    );
  });
});

describe('callbacks', () => {
  it('survive encoding, whatever they hold', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).map((value) => value.toWellFormed());
    fc.assert(
      fc.property(
        fc.record({ service: text, id: text, region: text, data: fc.dictionary(fc.stringMatching(/^\w+$/), text) }),
        (callback) => {
          expect(decodeCallback(encodeCallback(callback))).toEqual(callback);
        },
      ),
    );
  });

  it('are read whole or refused, never misread', () => {
    const whole = encodeCallback(jobCallback('0123', 'us-east-1'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => decodeCallback(whole.slice(0, length))).toThrow();
      }),
    );
  });
});

describe('continuations', () => {
  it('come back as they were, within the token limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 4 }),
        fc.nat(),
        fc.nat(),
        fc.nat(4_000),
        async (value, run, notBefore, filler) => {
          const ledger = createMemoryLedger();
          const state = JSON.parse(JSON.stringify([value, 'ü'.repeat(filler)]));
          const callback = jobCallback('id', 'us-east-1');
          const token = await encodeContinuation(
            { run, notBefore, startedAt: 1, state },
            { limit: 2_048, callback, ledger, until: 0 },
          );
          expect(token.length).toBeLessThanOrEqual(2_048);
          const back = decodeContinuation(token);
          expect(back).toMatchObject({ run, notBefore, startedAt: 1 });
          expect(back && (await loadState(back, ledger, 0))).toEqual(state);
        },
      ),
    );
  });

  it('leave tokens of others alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (token) => {
        fc.pre(!token.startsWith('rb1:'));
        expect(decodeContinuation(token)).toBeUndefined();
      }),
    );
  });
});

describe('requests to CodePipeline', () => {
  const details = fc.record(
    {
      variables: fc.oneof(
        fc.dictionary(
          fc.oneof(fc.stringMatching(/^[A-Za-z0-9@_-]{1,9}$/), fc.string()),
          fc.oneof(anyText, fc.jsonValue()),
        ),
        fc.anything(),
      ),
      summary: fc.oneof(anyText, fc.anything()),
      percentComplete: fc.oneof(fc.double(), fc.anything()),
      externalExecutionId: fc.oneof(fc.string({ minLength: 1_400, maxLength: 1_600 }), fc.anything()),
      currentRevision: fc.anything(),
      type: fc.string(),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Decision['details']>;
  const decision: fc.Arbitrary<Decision> = fc.oneof(
    fc.record({ kind: fc.constant('succeeded' as const), details }),
    fc.record({
      kind: fc.constant('failed' as const),
      reason: anyText,
      category: fc.constantFrom(
        'failed',
        'configuration',
        'permission',
        'unavailable',
        'crashed',
      ) as fc.Arbitrary<'failed'>,
      details,
    }),
    fc.record({
      kind: fc.constant('continued' as const),
      token: fc.string({ minLength: 1, maxLength: 2_048 }),
      details,
    }),
  );
  const validate = createInputValidator(model);

  it('satisfy the model of the API, whatever the logic returned', () => {
    fc.assert(
      fc.property(decision, (raw) => {
        const fitted = fitJobDecision(raw);
        const callback = jobCallback('00000000-0000-0000-0000-000000000000', 'us-east-1');
        const { operation, input } = jobResultApi.request(callback, JSON.parse(JSON.stringify(fitted)));
        validate(operation, JSON.parse(JSON.stringify(input)));
        if (fitted.kind === 'failed') expect(fitted.reason.length).toBeLessThanOrEqual(limits.message);
      }),
      { numRuns: 300 },
    );
  });

  it('stay the same when a fitted decision is fitted again', () => {
    fc.assert(
      fc.property(decision, (raw) => {
        const once = JSON.parse(JSON.stringify(fitJobDecision(raw)));
        expect(JSON.parse(JSON.stringify(fitJobDecision(once)))).toEqual(once);
      }),
    );
  });
});

describe('the redactor', () => {
  it('withholds every secret, plain, in JSON and in URLs', () => {
    const secret = fc.string({ unit: 'binary', minLength: 8, maxLength: 40 }).map((value) => value.toWellFormed());
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          const redactor = createRedactor();
          redactor.add(...secrets);
          for (const value of secrets) {
            expect(redactor.redact(before + value + after)).not.toContain(value);
            expect(redactor.redact(JSON.stringify({ value }))).not.toContain(JSON.stringify(value).slice(1, -1));
            expect(redactor.redact(encodeURIComponent(value))).not.toContain(encodeURIComponent(value));
          }
        },
      ),
    );
  });
});

describe('retry', () => {
  it('waits at random up to a ceiling that doubles, and begins no try after the last moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 2_000 }),
        async (random, budget) => {
          const time = fakeTime(0, random);
          const begun: number[] = [];
          const attempt = async () => {
            begun.push(time.now());
            time.advance(1);
            throw new Error('no');
          };
          await expect(retry(attempt, { until: budget, isRetryable: () => true, time })).rejects.toThrow('no');
          expect(begun.every((moment) => moment === 0 || moment < budget)).toBe(true);
          time.sleeps.forEach((slept, index) => {
            expect(slept).toBeLessThanOrEqual(Math.min(5_000, 50 * 2 ** index));
          });
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { decodeCallback, encodeCallback } from 'ringback';
import { describe, expect, it } from 'vitest';
import { tryUntil } from '../../../lib/aws/index.ts';
import { limits } from '../../../lib/codepipeline/fit.ts';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { decodeContinuation, encodeContinuation } from '../../../lib/core/continuation-token.ts';
import type { End } from '../../../lib/core/decision.ts';
import { fitEnd } from '../../../lib/core/fit-end.ts';
import { fitText } from '../../../lib/core/secrets/fit-text.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import model from '../../../lib/local/models/codepipeline.json' with { type: 'json' };
import { createInputValidator } from '../../../lib/local/wire/validate-input.ts';
import { fakeTime } from '../../../lib/testing/index.ts';

const { redact } = createRedactor();

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
          const fitted = fitText(redact(text), { max, keep: keep as 'start', ifEmpty: '-', astral });
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
        expect(fitText(redact(text), { max: 200, keep: 'end', ifEmpty: '-' })).toBe(text);
      }),
    );
  });
});

describe('callbacks', () => {
  it('survive encoding, whatever their id', () => {
    const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 500 }).map((value) => value.toWellFormed());
    fc.assert(
      fc.property(fc.record({ service: fc.stringMatching(/^[a-z][a-z-]{0,30}$/), id }), (parts) => {
        const callback = { ...parts, region: 'eu-central-1' };
        expect(decodeCallback(encodeCallback(callback))).toEqual(callback);
      }),
    );
  });

  it('are read whole or refused, never misread', () => {
    const whole = encodeCallback({ service: 'codepipeline', id: '0123', region: 'us-east-1' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => decodeCallback(whole.slice(0, length))).toThrow();
      }),
    );
  });
});

describe('continuations', () => {
  it('come back as they were, within the token limit', () => {
    const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }).map((value) => value.toWellFormed());
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 100_000 }), fc.nat(), fc.boolean(), (key, run, dueAt, awaits) => {
        const token = encodeContinuation({ key, run, dueAt, awaits });
        expect(token.length).toBeLessThanOrEqual(limits.continuationToken);
        expect(decodeContinuation(token)).toEqual({ kind: 'ours', key, run, dueAt, awaits });
      }),
    );
  });

  it('tell tokens of others', () => {
    fc.assert(
      fc.property(fc.string(), (token) => {
        fc.pre(!/^rb\d+:/.test(token));
        expect(decodeContinuation(token)).toEqual({ kind: 'foreign' });
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
  ) as fc.Arbitrary<End['details']>;
  const end: fc.Arbitrary<End> = fc.oneof(
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
  );
  const validate = createInputValidator(model);

  it('satisfy the model of the API, whatever the logic returned', () => {
    fc.assert(
      fc.property(end, (raw) => {
        const decision = fitEnd(jobService, raw, redact);
        const ticket = { region: 'us-east-1', data: { jobId: '00000000-0000-0000-0000-000000000000' } };
        const { operation, input } = jobService.request(ticket, JSON.parse(JSON.stringify(decision)));
        validate(operation, JSON.parse(JSON.stringify(input)));
        if (decision.kind === 'failed') expect(decision.reason.length).toBeLessThanOrEqual(limits.message);
      }),
      { numRuns: 300 },
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
          redactor.scope().add(...secrets);
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

describe('a call that is tried again', () => {
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
          await expect(tryUntil(attempt, { until: budget, isRetryable: () => true, time })).rejects.toThrow('no');
          expect(begun.every((moment) => moment === 0 || moment < budget)).toBe(true);
          time.sleeps.forEach((slept, index) => {
            expect(slept).toBeLessThanOrEqual(Math.min(5_000, 50 * 2 ** index));
          });
        },
      ),
    );
  });
});

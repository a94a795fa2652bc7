import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { End } from '../../../lib/core/decision.ts';
import { fitEnd } from '../../../lib/core/fit-end.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import model from '../../../lib/local/models/servicecatalog.json' with { type: 'json' };
import { createInputValidator } from '../../../lib/local/wire/validate-input.ts';
import { operationTypes } from '../../../lib/servicecatalog/operation-type.ts';
import { operationService } from '../../../lib/servicecatalog/result-api.ts';

const { redact } = createRedactor();
const decide = (end: End) => fitEnd(operationService, end, redact);
const validate = createInputValidator(model);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ minLength: 2_000, maxLength: 3_000 }));
const output = fc.record(
  {
    key: fc.oneof(fc.string(), fc.anything()),
    value: fc.anything(),
    description: fc.anything(),
    sensitive: fc.boolean(),
  },
  { requiredKeys: ['key'] },
);
const details = fc.record(
  {
    outputs: fc.oneof(fc.array(output), fc.dictionary(fc.string(), fc.anything()), fc.anything()),
    resourceIdentifier: fc.oneof(fc.record({ key: fc.string(), value: fc.string() }), fc.anything()),
    other: fc.anything(),
  },
  { requiredKeys: [] },
);

describe('every request', () => {
  it("satisfies Service Catalog's own model, whatever the logic returned", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...operationTypes),
        fc.stringMatching(/^[a-zA-Z0-9_-]{1,100}$/),
        fc.boolean(),
        text,
        details,
        (operation, recordId, failed, reason, given) => {
          const data = { token: 'dG9rZW4=', operation, recordId, provisionedProductId: 'pp-1' };
          const end = (
            failed
              ? { kind: 'failed', reason, category: 'failed', details: given }
              : { kind: 'succeeded', details: given }
          ) as End;
          const fitted = decide(end);
          const request = operationService.request({ region: 'us-east-1', data }, JSON.parse(JSON.stringify(fitted)));
          validate(request.operation, request.input);
          const { members } = model.shapes[`${request.operation}Input` as keyof typeof model.shapes] as {
            members: object;
          };
          expect(Object.keys(members)).toEqual(expect.arrayContaining(Object.keys(request.input)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shows the size of an output that is too long, instead of a part of it', () => {
    expect(decide({ kind: 'succeeded', details: { outputs: { log: 'x'.repeat(40_000), id: 'a' } } }).details).toEqual({
      outputs: [
        { OutputKey: 'log', OutputValue: '(40000 characters, too long to show)' },
        { OutputKey: 'id', OutputValue: 'a' },
      ],
    });
  });
});

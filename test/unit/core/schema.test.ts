import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fits, isSchema, type Schema, validate } from '../../../lib/core/schema.ts';

const withIssues = (...issues: readonly object[]): Schema =>
  ({ '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } }) as unknown as Schema;

describe('a schema', () => {
  it.each([z.string(), withIssues(), Object.assign(() => undefined, withIssues())])('is one: %o', (value) => {
    expect(isSchema(value)).toBe(true);
  });

  it.each([undefined, null, 'text', {}, { '~standard': null }, { '~standard': {} }, { '~standard': { validate: 1 } }])(
    'is not %j',
    (value) => {
      expect(isSchema(value)).toBe(false);
    },
  );

  it('gives what it makes of a value, and tells whether one fits', async () => {
    const schema = z.object({ tries: z.number().default(3) });
    expect(await validate(schema, {}, 'the state')).toEqual({ tries: 3 });
    expect([await fits(schema, {}), await fits(schema, { tries: 'x' })]).toEqual([true, false]);
  });

  it.each<[string, readonly object[], string]>([
    ['the whole', [{ message: 'not one' }], 'the state does not fit: not one'],
    ['the whole, with a path of nothing', [{ message: 'not one', path: [] }], 'the state does not fit: not one'],
    ['a field', [{ message: 'too low', path: ['a', 0, 'b'] }], 'the state does not fit: a.0.b: too low'],
    ['a field whose path has objects', [{ message: 'no', path: [{ key: 'a' }, { key: 1 }] }], 'a.1: no'],
    ['two of them', [{ message: 'no', path: ['a'] }, { message: 'not one' }], 'the state does not fit: a: no; not one'],
  ])('tells what does not fit: %s', async (_what, issues, message) => {
    const refused = validate(withIssues(...issues), 'hidden', 'the state');
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });
});

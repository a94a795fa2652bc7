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

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'valid'],
    ['true', true],
    ['an object with neither', {}],
  ])('is none where its validate gives %s, and nothing counts as fitting', async (_what, result) => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => result } } as unknown as Schema;
    await expect(validate(schema, 1, 'the state')).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: 'the schema of the state is not a Standard Schema: its validate must give { value } or { issues }',
    });
    expect(await fits(schema, 1)).toBe(false);
  });

  it.each([null, false])('may say %j where there are no issues', async (issues) => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: 3, issues }) } } as never;
    expect([await validate(schema, 1, 'the state'), await fits(schema, 1)]).toEqual([3, true]);
  });

  it.each<[string, unknown, string]>([
    ['in an empty list', [], 'the state does not fit, and its schema does not say why'],
    ['in a text', 'too low', 'the state does not fit: too low'],
    [
      'as texts, nothing and errors',
      ['no', null, {}, new Error('low')],
      'does not fit: no; does not fit; does not fit; low',
    ],
    ['with a path that is none', [{ message: 'no', path: 'a.b' }], 'the state does not fit: no'],
    [
      'with keys that are none',
      [{ message: 'no', path: [null, { key: {} }, 'a'] }],
      'the state does not fit: ?.?.a: no',
    ],
  ])('may tell issues loosely: %s', async (_what, issues, message) => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } } as never;
    await expect(validate(schema, 1, 'the state')).rejects.toThrow(message);
  });

  it('is not fitted where it throws, and tells what it threw when it is asked for the value', async () => {
    const schema = z.preprocess((value) => (value as string).trim(), z.string());
    expect(await fits(schema, 5)).toBe(false);
    await expect(validate(schema, 5, 'the state')).rejects.toThrow('trim is not a function');
  });
});

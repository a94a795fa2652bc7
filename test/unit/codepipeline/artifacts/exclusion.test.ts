import { expect, it } from 'vitest';
import { createPathFilter } from '../../../../lib/archive/index.ts';
import { createExclusion } from '../../../../lib/codepipeline/artifacts/exclusion.ts';

it.each([
  ['node_modules', 'node_modules', true],
  ['node_modules', 'a/b/node_modules', true],
  ['node_modules', 'my_node_modules', false],
  ['*.map', 'a/b.js.map', true],
  ['*.map', 'a/b.mapx', false],
  ['dist/tmp', 'dist/tmp', true],
  ['dist/tmp', 'a/dist/tmp', false],
  ['/dist', 'dist', true],
  ['/dist', 'a/dist', false],
  ['a/**/x', 'a/x', true],
  ['a/**/x', 'a/b/c/x', true],
  ['a/**', 'a/b/c', true],
  ['a/**', 'b/a', false],
  ['a/*', 'a/b', true],
  ['file.(1)+[x]', 'file.(1)+[x]', true],
  ['file.txt', 'fileatxt', false],
])('the pattern %j applied to %j gives %j', (pattern, path, isExcluded) => {
  expect(createExclusion([pattern])(path)).toBe(isExcluded);
});

it('an empty pattern is refused', () => {
  expect(() => createExclusion(['/'])).toThrow('the pattern "/", which matches nothing');
});

it.each([createExclusion, createPathFilter])(
  'a function that answers later is refused, since its promise would mean yes',
  (create) => {
    const later = (async () => false) as unknown as () => boolean;
    expect(() => create(later)('a')).toThrow('must answer true or false at once');
  },
);

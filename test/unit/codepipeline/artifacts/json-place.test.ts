import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonPlace } from '../../../../lib/codepipeline/artifacts/json-place.ts';

it.each([
  ['{\n  "a": 1,\n  "default": None\n}', 'line 3, column 14'],
  ['{"a": 1,}', 'line 1, column 9'],
  ['{\n"a": "b\nc"}', 'line 2, column 8'],
  ['{"a": "\\x"}', 'line 1, column 8'],
  ['[1, 2', 'line 1, column 6'],
  ["{'a': 1}", 'line 1, column 2'],
  ['{"a" 1}', 'line 1, column 6'],
  ['[1 2]', 'line 1, column 4'],
  ['01', 'line 1, column 1'],
  ['[1]]', 'line 1, column 4'],
  ['{"a": 1]', 'line 1, column 8'],
  ['{}\r\n{}', 'line 2, column 1'],
  ['', 'line 1, column 1'],
])('%j breaks at %s', (text, place) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonPlace(text)).toBe(place);
});

it('nothing breaks before the end of JSON that is cut', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (text) => {
      const cut = `[${text}`;
      expect(jsonPlace(cut)).toBe(jsonPlace(cut.trimEnd()));
      expect(jsonPlace(cut)).toBe(`line 1, column ${cut.length + 1}`);
    }),
  );
});

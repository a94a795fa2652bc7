import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { firstFault } from '../../../handlers/resources/first-fault.ts';
import { orderedRequests } from '../../../handlers/resources/ordered-requests.ts';
import { parseDefinition } from '../../../handlers/resources/product-definition.ts';
import { resolveValues } from '../../../handlers/resources/product-values.ts';
import { referencesIn, resolveReferences } from '../../../handlers/resources/references.ts';

// What the handlers log would stand among the results.
beforeEach(() => void vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));
afterEach(() => void vi.unstubAllEnvs());

const ROOM = { name: 'Room', typeName: 'AWS::SSM::Parameter', desiredState: { Type: 'String' } };

const definition = parseDefinition(
  JSON.stringify({
    parameters: [{ key: 'title' }, { key: 'shelves', default: '3', allowed: ['3', '5'] }],
    resources: [ROOM],
  }),
);

describe('a product definition', () => {
  it.each([
    ['{\n  "document": {]\n}', 'product.json, line 2, column 16'],
    ['{"document": {}', 'product.json, line 1, column 16'],
    ['{"parameters": [{"key": 3}], "document": {}}', 'parameters.0.key'],
    ['[]', 'product.json does not fit'],
    ['{\n  "parameters": [\n    { "key": "a", "default": None }\n  ]\n}', 'line 3, column 30'],
    ['\ufeff{\n  "document": tru\n}', 'line 2, column 15'],
    ["{\n  'document': {}\n}", 'line 2, column 3'],
    ['{\n  "document": "a\nb"\n}', 'line 2, column 17'],
    ['{\n  "document": "\\d"\n}', 'line 2, column 16'],
    ['{\n  "document": {},\n}', 'line 3, column 1'],
    ['{ "document": 01 }', 'line 1, column 15'],
    ['{ "document": {} } x', 'line 1, column 20'],
    ['', 'line 1, column 1'],
  ])('that is %j is refused where it goes wrong', (text, place) => {
    expect(() => parseDefinition(text)).toThrow(place);
  });
});

describe('a product definition with a byte order mark', () => {
  it('is read like one without', () => {
    expect(parseDefinition(`\ufeff${JSON.stringify({ resources: [ROOM] })}`)).toMatchObject({ resources: [ROOM] });
  });
});

describe('the first fault of a text', () => {
  it('is found in whatever is not JSON, and in nothing that is', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', ']', ',', '"', 'x', '\n', '\\'), (json, cut, more) => {
        expect(firstFault(json)).toBe(json.length);
        const at = cut % (json.length + 1);
        const text = json.slice(0, at) + more + json.slice(at + 1);
        const fault = firstFault(text);
        expect(fault).toBeLessThanOrEqual(text.length);
        try {
          JSON.parse(text);
        } catch (error) {
          const position = /position (\d+)/.exec((error as Error).message)?.[1];
          // The engine looks at words letter by letter; a word that is none is at fault from its beginning here.
          if (position !== undefined) expect(fault).toBeLessThanOrEqual(Number(position));
          return;
        }
        expect(fault).toBe(text.length);
      }),
    );
  });
});

describe('the values of a product', () => {
  it('are those of the request, of before, and the defaults, in this order', () => {
    expect(resolveValues(definition, { title: 'new' }, { title: 'old', shelves: '5' })).toEqual({
      title: 'new',
      shelves: '5',
    });
    expect(resolveValues(definition, { title: 'new' })).toEqual({ title: 'new', shelves: '3' });
  });

  it('name everything that is wrong with them at once', () => {
    const resolve = () => resolveValues(definition, { shelves: '900', colour: 'red' });
    expect(resolve).toThrow('colour: no such parameter; title: a value is needed; shelves: must be one of 3, 5');
  });
});

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: what a definition holds */
describe('references', () => {
  const values: Readonly<Record<string, unknown>> = {
    title: '${shelves}',
    shelves: 3,
    Room: 'room-1',
    'Room.Arn': 'arn',
  };
  const lookUp = ({ name, path }: { name: string; path: readonly string[] }) => values[[name, ...path].join('.')];

  it.each([
    ['a text that is one reference', '${shelves}', 3],
    ['a reference within a text', 'with ${shelves} shelves', 'with 3 shelves'],
    ['a property', '${Room.Arn}/*', 'arn/*'],
    ['what is put in, unread', { a: ['${title}', true] }, { a: ['${shelves}', true] }],
    ['an escape', '${!shelves} and ${shelves}', '${shelves} and 3'],
    ['what only looks like one', '${aws:username} $ {shelves} ${}', '${aws:username} $ {shelves} ${}'],
  ])('resolve %s', async (_what, template, expected) => {
    expect(await resolveReferences(template, lookUp)).toEqual(expected);
  });

  it('are found wherever they stand', () => {
    expect(referencesIn({ a: ['${Room.Arn}'], b: '${!no} ${title}' })).toEqual([
      { name: 'Room', path: ['Arn'] },
      { name: 'title', path: [] },
    ]);
  });

  it.each([
    [
      'to nothing',
      [{ ...ROOM, desiredState: { Value: '${Shelf}' } }],
      'Room refers to Shelf, but nothing of that name comes before it',
    ],
    ['to itself', [{ ...ROOM, desiredState: { Value: '${Room}' } }], 'Room refers to Room'],
    ['by a name that stands twice', [ROOM, ROOM], 'the name Room stands for two things'],
  ])('%s are refused', (_what, entries, message) => {
    expect(() => orderedRequests(entries)).toThrow(message);
  });
});
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: what a definition holds */

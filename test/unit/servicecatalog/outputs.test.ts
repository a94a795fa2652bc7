import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import { listOutputs, outputText, toRecordOutputs } from '../../../lib/servicecatalog/outputs.ts';
import { sensitiveTexts } from '../../../lib/servicecatalog/sensitive.ts';

const { redact, scope } = createRedactor();
scope().add('a-secret-value');
const written = (outputs: unknown) => toRecordOutputs(listOutputs(outputs), redact);
const circle: Record<string, unknown> = {};
circle.self = circle;

describe('the outputs of an operation', () => {
  it.each<[string, unknown, unknown]>([
    [
      'members of an object',
      { Url: 'http://x/', Count: 5 },
      [
        ['Url', 'http://x/'],
        ['Count', '5'],
      ],
    ],
    ['a list of them', [{ key: 'Url', value: 'http://x/' }], [['Url', 'http://x/']]],
    ['a value that is an object', { A: { b: [1] } }, [['A', '{"b":[1]}']]],
    [
      'yes and no',
      { A: true, B: false, C: 0 },
      [
        ['A', 'true'],
        ['B', 'false'],
        ['C', '0'],
      ],
    ],
    ['no value at all', { A: undefined, B: null, C: '' }, [['C', '']]],
    ['no key where there is no value', [{ key: '', value: null }], []],
    ['what has no JSON', { A: () => 1 }, [['A', '() => 1']]],
    ['a secret that is known', { A: 'a-secret-value!' }, [['A', '[withheld]!']]],
    ['half a character', { A: 'x\ud800' }, [['A', 'x\ufffd']]],
    ['a sensitive value', [{ key: 'A', value: 'x', sensitive: true }], [['A', '(sensitive value)']]],
    ['one that is sensitive by a text', [{ key: 'A', value: 'x', sensitive: ' True' }], [['A', '(sensitive value)']]],
    ['one that is by a number', [{ key: 'A', value: 'x', sensitive: 1 }], [['A', '(sensitive value)']]],
    ['one that is not, by a text', [{ key: 'A', value: 'x', sensitive: 'False' }], [['A', 'x']]],
    ['one that is not, by a number', [{ key: 'A', value: 'x', sensitive: 0 }], [['A', 'x']]],
    ['one of Terraform that is by a text', { A: { value: 'x', sensitive: 'true' } }, [['A', '(sensitive value)']]],
    ['one of Terraform that is not, by a text', { A: { value: 'x', sensitive: 'false' } }, [['A', 'x']]],
    ['what holds a sensitive value', { A: { b: [{ value: 'x', sensitive: true }] } }, [['A', '(sensitive value)']]],
    ['one in a list that does', [{ key: 'A', value: { value: 'x', sensitive: true } }], [['A', '(sensitive value)']]],
    ['an output of Terraform', { A: { value: 'x', type: 'string', sensitive: false } }, [['A', 'x']]],
    ['a sensitive one of Terraform', { A: { value: 'x', sensitive: true } }, [['A', '(sensitive value)']]],
    [
      'a sensitive object with another member',
      { A: { value: 'x', sensitive: true, more: 1 } },
      [['A', '(sensitive value)']],
    ],
    [
      'an open object with another member',
      { A: { value: 'x', sensitive: false, more: 1 } },
      [['A', '{"value":"x","sensitive":false,"more":1}']],
    ],
    ['an object without sensitive', { A: { value: 'x', type: 'string' } }, [['A', '{"value":"x","type":"string"}']]],
    ['a sensitive object without a value', { A: { sensitive: true, type: 'string' } }, [['A', '(sensitive value)']]],
    ['a list as a value', { A: ['x'] }, [['A', '["x"]']]],
    ['a key of 1,000 characters', { ['k'.repeat(1_000)]: 'x' }, [['k'.repeat(1_000), 'x']]],
    ['a value of 32,768 characters', { A: 'x'.repeat(32_768) }, [['A', 'x'.repeat(32_768)]]],
    ['a longer value', { A: 'x'.repeat(32_769) }, [['A', '(32769 characters, too long to show)']]],
  ])('are written: %s', (_what, outputs, expected) => {
    expect(written(outputs).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])).toEqual(expected);
  });

  it('have 200,000 characters together at most; what is beyond is told by its size, and what fits still follows', () => {
    const part = 'x'.repeat(32_000);
    const outputs = {
      A: part,
      B: part,
      C: part,
      D: part,
      E: part,
      F: part,
      G: 'y'.repeat(8_000),
      H: 'z',
      I: 'z'.repeat(60),
    };
    const texts = written(outputs).map(({ OutputValue }) => OutputValue);
    expect(texts.slice(0, 7)).toEqual([part, part, part, part, part, part, outputs.G]);
    expect(texts.slice(7)).toEqual(['(1 characters, too long to show)', '(60 characters, too long to show)']);
    const room = written({ ...outputs, G: 'y'.repeat(7_999) }).map(({ OutputValue }) => OutputValue);
    expect(room[7]).toBe('z');
  });

  it.each<[string, unknown, object]>([
    ['a description', 'what it is', { Description: 'what it is' }],
    ['a secret one', 'a-secret-value', { Description: '[withheld]' }],
    ['one of blanks', ' ', { Description: '-' }],
    ['one of 1,024 characters', 'x'.repeat(1_024), { Description: 'x'.repeat(1_024) }],
    ['a longer one', 'x'.repeat(1_025), { Description: `${'x'.repeat(1_023)}…` }],
    ['an empty one', '', {}],
    ['one that is no text', 5, {}],
  ])('have %s', (_what, description, expected) => {
    expect(written([{ key: 'A', value: 'x', description }])).toStrictEqual([
      { OutputKey: 'A', OutputValue: 'x', ...expected },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['a text', 'text', 'outputs must be an object or a list, but are of type string'],
    ['null', null, 'outputs must be an object or a list, but are of type object'],
    ['a list of texts', [{ key: 'A', value: 1 }, 'B'], 'outputs[1] must be an object with a key and a value'],
    ['a list with null', [null], 'outputs[0] must be an object with a key and a value'],
    ['a key that is no text', [{ key: 5, value: 1 }], 'outputs[0] must be an object with a key and a value'],
    ['a circle', { A: circle }, 'an output is no JSON: '],
    ['a value without a key', { '': 'x' }, 'the key of an output is empty'],
    ['one output alone that is sensitive', { value: 'x', sensitive: true }, 'outputs are a single sensitive output'],
    [
      'what terraform show prints',
      { format_version: '1.0', values: { outputs: { A: { value: 'x', sensitive: false } } } },
      'outputs are a state or a plan of Terraform',
    ],
    [
      'a state, also within an output',
      { A: { version: 4, terraform_version: '1.9.0', resources: [{ sensitive_attributes: [] }] } },
      'outputs are a state or a plan of Terraform',
    ],
    [
      'a key of 1,001 characters',
      { [`a-secret-value${'k'.repeat(987)}`]: 'x' },
      `the output key "[withheld]${'k'.repeat(50)}"… has 1001 characters`,
    ],
  ])('may not be %s', (_what, outputs, message) => {
    expect(() => written(outputs)).toThrow(message);
  });
});

describe('the text of an output', () => {
  it.each([
    [undefined, undefined],
    [null, undefined],
    ['text', 'text'],
    [5, '5'],
    [{ a: 1 }, '{"a":1}'],
  ])('of %j is %j', (value, expected) => {
    expect(outputText({ key: 'A', value })).toBe(expected);
  });
});

describe('what no other text may show', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a sensitive text of any length', [{ key: 'A', value: 'x', sensitive: true }], ['x']],
    ['a sensitive object', { A: { value: { a: 1 }, sensitive: true } }, ['{"a":1}']],
    ['a sensitive one beside others', { A: 5, B: { value: 'x', sensitive: true }, C: null }, ['x']],
    ['a number of any length', { A: { value: 5, sensitive: true } }, ['5']],
    ['a bigint', { A: { value: 12n, sensitive: true } }, ['12']],
    ['one that is sensitive by a text', [{ key: 'A', value: 'x', sensitive: 'true' }], ['x']],
    ['one with another member', { A: { value: 'x', sensitive: true, more: 'y' } }, ['x']],
    [
      'what stands in the place of a value',
      { A: { sensitive: true, type: 'string', password: 'x' } },
      ['{"password":"x"}'],
    ],
    ['one within a value', { A: { b: [{ value: 'x', sensitive: true }] } }, ['x']],
    [
      'one within a state',
      { format_version: '1.0', values: { outputs: { A: { sensitive: true, value: 'x' } } } },
      ['x'],
    ],
    ['one beside what is no JSON', { A: circle, B: { value: 'x', sensitive: true } }, ['x']],
    ['one beside what is no output', [null, { key: 'B', value: 'x', sensitive: true }], ['x']],
    ['nothing of what is empty', { A: { value: {}, sensitive: true }, B: { value: [], sensitive: true } }, []],
    ['nothing of a value that is missing', [{ key: 'A', sensitive: true }], []],
    ['nothing that is not sensitive', { A: 'open', B: { value: 'open', sensitive: false } }, []],
    ['nothing of what is no output', 'text', []],
    ['nothing of what is no JSON', [{ key: 'A', value: circle, sensitive: true }], []],
  ])('is %s', (_what, outputs, expected) => {
    expect(sensitiveTexts(outputs)).toEqual(expected);
  });
});

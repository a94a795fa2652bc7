import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolve, resolveCondition } from '../../../../lib/local/template/resolve.ts';
import { noValue, type Scope } from '../../../../lib/local/template/scope.ts';

const CONDITIONS: Record<string, unknown> = {
  Yes: { 'Fn::Equals': ['a', 'a'] },
  No: { 'Fn::Not': [{ Condition: 'Yes' }] },
  Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  Either: { 'Fn::Or': [{ Condition: 'Both' }, { Condition: 'Yes' }] },
  Alias: { Condition: 'Either' },
  Round: { 'Fn::Not': [{ Condition: 'Trip' }] },
  Trip: { 'Fn::Not': [{ Condition: 'Round' }] },
};

const VALUES = new Map<string, unknown>([
  ['Queue', 'queue-url'],
  ['Count', 3],
  ['List', ['x', 'y']],
  ['AWS::NoValue', noValue],
]);

const scope: Scope = {
  region: 'eu-west-1',
  ref: (name) => VALUES.get(name),
  attribute: (logicalId, attribute) => (VALUES.has(logicalId) ? `${logicalId}/${attribute}` : undefined),
  condition: (name) => CONDITIONS[name],
  mapping: (name) => (name === 'Sizes' ? { 'eu-west-1': { Small: 'nano', Zones: ['a', 'b'] } } : undefined),
  exported: (name) => (name === 'shared' ? 'exported value' : undefined),
  stackOutput: (stack, output) => (stack === 'Data' ? `${stack}.${output}` : undefined),
};

const value = (expression: unknown) => resolve(expression, scope);

describe('every function gives what CloudFormation gives', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref', { Ref: 'Queue' }, 'queue-url'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Endpoint.Port' }, 'Queue/Endpoint.Port'],
    [
      'Fn::GetAtt with an attribute that is an expression',
      { 'Fn::GetAtt': ['Queue', { Ref: 'Queue' }] },
      'Queue/queue-url',
    ],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Count' }, true]] }, 'a-3-true'],
    ['Fn::Join over a list that is an expression', { 'Fn::Join': [',', { Ref: 'List' }] }, 'x,y'],
    ['Fn::Split', { 'Fn::Split': ['/', 'a//b'] }, ['a', '', 'b']],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::Base64', { 'Fn::Base64': { Ref: 'Queue' } }, 'cXVldWUtdXJs'],
    ['Fn::Length', { 'Fn::Length': { Ref: 'List' } }, 2],
    [
      'Fn::ToJsonString',
      { 'Fn::ToJsonString': { b: { Ref: 'Count' }, a: [{ Ref: 'AWS::NoValue' }] } },
      '{"b":3,"a":[]}',
    ],
    ['Fn::GetAZs of the own Region', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['Fn::GetAZs of another Region', { 'Fn::GetAZs': 'us-east-1' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'Small'] }, 'nano'],
    [
      'Fn::FindInMap with a default',
      { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'Small', { DefaultValue: { Ref: 'Count' } }] },
      3,
    ],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Join': ['', ['sha', 'red']] } }, 'exported value'],
    ['Fn::GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Url' } }, 'Data.Url'],
    ['Fn::If where the condition holds', { 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    ['Fn::If where it does not', { 'Fn::If': ['No', 'then', { Ref: 'Queue' }] }, 'queue-url'],
    ['Fn::Cidr', { 'Fn::Cidr': ['10.1.0.0/16', 2, 8] }, ['10.1.0.0/24', '10.1.1.0/24']],
    [
      'Fn::Cidr with small subnets',
      { 'Fn::Cidr': ['192.168.0.0/24', '3', '5'] },
      ['192.168.0.0/27', '192.168.0.32/27', '192.168.0.64/27'],
    ],
    ['Fn::Cidr over IPv6', { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8::/64', '2001:db8:0:1::/64']],
    [
      'a dynamic reference',
      '{{resolve:secretsmanager:name:SecretString:key}}',
      '{{resolve:secretsmanager:name:SecretString:key}}',
    ],
    ['no value in an object and a list', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
    ['no value from Fn::If', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    [
      'a statement whose Condition is no function',
      { Effect: 'Allow', Condition: { Bool: {} } },
      { Effect: 'Allow', Condition: { Bool: {} } },
    ],
  ])('%s', (_name, expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });
});

describe('Fn::Sub', () => {
  test.each([
    ['a reference', '$<Queue>!', 'queue-url!'],
    ['an attribute', '<$<Queue.Dead.Arn>>', '<Queue/Dead.Arn>'],
    ['a literal', '$<!Queue> $<Count>', '$<Queue> 3'],
    ['braces that hold no name', '$<a b> $<>', '$<a b> $<>'],
  ])('replaces %s', (_name, text, expected) => {
    const braces = (marked: string) => marked.replace(/\$<([^<>]*)>/g, '$${$1}');
    expect(value({ 'Fn::Sub': braces(text) })).toBe(braces(expected));
  });

  test('prefers its own variables to those of the template', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of Fn::Sub
    expect(value({ 'Fn::Sub': ['${Queue}-${Own}', { Queue: 'mine', Own: { Ref: 'Count' } }] })).toBe('mine-3');
  });
});

test.each([
  ['Yes', true],
  ['No', false],
  ['Both', false],
  ['Either', true],
  ['Alias', true],
])('condition %s is %s', (name, expected) => {
  expect(resolveCondition(name, scope)).toBe(expected);
});

test('takes scalars for the text that CloudFormation makes of them', () => {
  expect(value({ 'Fn::Equals': [true, 'true'] })).toBe(true);
  expect(value({ 'Fn::Equals': [{ Ref: 'Count' }, '3'] })).toBe(true);
  expect(value({ 'Fn::Equals': ['a', 'A'] })).toBe(false);
});

describe('an expression that cannot be resolved is refused with its place', () => {
  test.each<[string, unknown, string]>([
    [
      'an unknown name',
      { a: [{ Ref: 'Nobody' }] },
      'expression.a[0].Ref: there is no resource and no parameter "Nobody"',
    ],
    [
      'an unknown resource',
      { 'Fn::GetAtt': ['Nobody', 'Arn'] },
      'expression.Fn::GetAtt: there is no resource "Nobody"',
    ],
    ['an unknown mapping', { 'Fn::FindInMap': ['Nobody', 'a', 'b'] }, 'mapping "Nobody" has no value for "a" and "b"'],
    ['an inherited property', { 'Fn::FindInMap': ['Sizes', 'constructor', 'name'] }, 'no value for "constructor"'],
    ['an unknown export', { 'Fn::ImportValue': 'nobody' }, 'no stack deployed so far exports "nobody"'],
    ['an unknown condition', { 'Fn::If': ['Nobody', 1, 2] }, 'there is no condition "Nobody"'],
    [
      'conditions that go round',
      { 'Fn::If': ['Round', 1, 2] },
      'conditions depend on each other: Round -> Trip -> Round',
    ],
    [
      'an index out of range',
      { 'Fn::Select': [2, { Ref: 'List' }] },
      'the index must be a number from 0 to 1, but is 2',
    ],
    ['a joined object', { 'Fn::Join': ['', [{ a: 1 }]] }, 'each joined value must be a string, but is {"a":1}'],
    ['a list inside text', { 'Fn::Sub': ['$'.concat('{List}'), {}] }, 'must be a string, but is ["x","y"]'],
    ['too few conditions', { 'Fn::And': [{ Condition: 'Yes' }] }, 'must be a list of 2 to 10'],
    ['too many subnets', { 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, 'no room for 2 subnets'],
    ['an unknown function', { 'Fn::Transform': {} }, 'Fn::Transform is no function that the local cloud knows'],
  ])('%s', (_name, expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });
});

test('leaves a document without functions as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      const text = JSON.stringify(document);
      fc.pre(!text.includes('"Ref"') && !text.includes('Fn::') && !text.includes('__proto__'));
      expect(value(JSON.parse(text))).toEqual(JSON.parse(text));
    }),
  );
});

test('Fn::Split takes apart what Fn::Join put together', () => {
  const parts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '1') }), { minLength: 1 });
  fc.assert(
    fc.property(parts, fc.constantFrom(',', '::', '/'), (list, delimiter) => {
      expect(value({ 'Fn::Split': [delimiter, { 'Fn::Join': [delimiter, list] }] })).toEqual(list);
    }),
  );
});

test('Fn::Sub without variables changes nothing', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '$', '}', '!', '"', '\\') });
  fc.assert(
    fc.property(text, (plain) => {
      expect(value({ 'Fn::Sub': plain })).toBe(plain);
    }),
  );
});

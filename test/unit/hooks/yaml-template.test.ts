import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../lib/hooks/template.ts';

const read = (text: string) => readTemplate(text, 'the template');

describe('a template in YAML', () => {
  it.each([
    ['a: !Ref Name', { a: { Ref: 'Name' } }],
    ['a: !Condition IsProd', { a: { Condition: 'IsProd' } }],
    ['a: !GetAtt Queue.Arn', { a: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    ['a: !GetAtt Nested.Outputs.Arn', { a: { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] } }],
    ['a: !GetAtt [Queue, Arn]', { a: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    ['a: !Sub "arn:x"', { a: { 'Fn::Sub': 'arn:x' } }],
    ['a: !Join ["-", [x, !Ref Y]]', { a: { 'Fn::Join': ['-', ['x', { Ref: 'Y' }]] } }],
    [
      'a: !If [IsProd, {b: 1}, !Ref "AWS::NoValue"]',
      { a: { 'Fn::If': ['IsProd', { b: 1 }, { Ref: 'AWS::NoValue' }] } },
    ],
    ['a: !Transform {Name: X}', { a: { 'Fn::Transform': { Name: 'X' } } }],
    ['AWSTemplateFormatVersion: 2010-09-09', { AWSTemplateFormatVersion: '2010-09-09' }],
    ['a: yes\nb: off\nc: true', { a: true, b: false, c: true }],
    ['a: 22:30', { a: '22:30' }],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['a: 1\na: 2', { a: 2 }],
    ['{"a": "JSON"}', { a: 'JSON' }],
    ['8080: port', { '8080': 'port' }],
    ['a:', { a: null }],
  ])('%s', async (text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it('is no template where there is none', async () => {
    expect(await read('')).toBeUndefined();
  });

  it.each([
    ['broken', 'a: [1\nb: hush', /neither JSON nor YAML: .* in line 2/],
    ['a list', '- hush', /must be an object, but is an array/],
    ['a text', 'hush', /must be an object, but is string/],
    ['an alias of nothing', 'a: *hush', /an alias of nothing that stands before it/],
    ['an alias of itself', 'a: &hush {b: *hush}', /an alias of nothing that stands before it/],
  ])('that is %s is refused, and nothing of it repeated', async (_case, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    await expect(read(text)).rejects.not.toThrow(/hush/);
  });

  it('that stands for more than memory holds is refused', async () => {
    const level = (name: string, below: string) => `${name}: &${name} [${Array(10).fill(below).join(', ')}]`;
    const bomb = [
      'a: &a [x]',
      level('b', '*a'),
      level('c', '*b'),
      level('d', '*c'),
      level('e', '*d'),
      level('f', '*e'),
      level('g', '*f'),
    ];
    await expect(read(bomb.join('\n'))).rejects.toThrow(/stands for more than 500000 values/);
  });
});

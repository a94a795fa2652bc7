import { type AttributeValue, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoCloud, type DynamoCloud } from './dynamo-cloud.ts';

let parts: DynamoCloud;
beforeAll(async () => {
  parts = await createDynamoCloud();
});
afterAll(() => parts.close());

const TableName = 'Things';
const Key = { id: { S: 'thing' } };
type Attributes = Record<string, AttributeValue>;

const put = (attributes: Attributes) =>
  parts.dynamo.send(new PutItemCommand({ TableName, Item: { ...Key, ...attributes } }));

const update = async (UpdateExpression: string, values?: Attributes, more: object = {}) => {
  const { Attributes } = await parts.dynamo.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression,
      ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      ReturnValues: 'ALL_NEW',
      ...more,
    }),
  );
  const { id: _, ...rest } = Attributes ?? {};
  return rest;
};

const numbers = (...values: readonly number[]): AttributeValue => ({
  L: values.map((value) => ({ N: String(value) })),
});

describe('update expressions', () => {
  it.each<readonly [string, Attributes, Attributes | undefined, Attributes]>([
    ['REMOVE l[1], l[2]', { l: numbers(0, 1, 2, 3) }, undefined, { l: numbers(0, 3) }],
    ['SET l[9] = :b, l[7] = :a', { l: numbers(0) }, { ':a': { N: '7' }, ':b': { N: '9' } }, { l: numbers(0, 7, 9) }],
    ['SET l[0] = :a REMOVE l[1]', { l: numbers(0, 1, 2) }, { ':a': { N: '5' } }, { l: numbers(5, 2) }],
    ['SET a = b, b = a', { a: { S: 'x' }, b: { S: 'y' } }, undefined, { a: { S: 'y' }, b: { S: 'x' } }],
    ['SET n = n - :one', { n: { N: '0.30' } }, { ':one': { N: '0.1' } }, { n: { N: '0.2' } }],
    ['SET n = if_not_exists(n, :z) + :one', {}, { ':z': { N: '0' }, ':one': { N: '1' } }, { n: { N: '1' } }],
    ['SET l = list_append(if_not_exists(l, :e), :e)', {}, { ':e': numbers(1) }, { l: numbers(1, 1) }],
    [
      'SET m.a.b = :v',
      { m: { M: { a: { M: {} } } } },
      { ':v': { BOOL: true } },
      { m: { M: { a: { M: { b: { BOOL: true } } } } } },
    ],
    [
      'ADD n :v, s :t',
      { s: { SS: ['a'] } },
      { ':v': { N: '5' }, ':t': { SS: ['a', 'b'] } },
      { n: { N: '5' }, s: { SS: ['a', 'b'] } },
    ],
    ['DELETE s :t', { s: { SS: ['a', 'b'] } }, { ':t': { SS: ['a', 'b', 'c'] } }, {}],
    ['REMOVE absent, l[9]', { l: numbers(1) }, undefined, { l: numbers(1) }],
  ])('%s', async (expression, before, values, after) => {
    await put(before);
    expect(await update(expression, values)).toEqual(after);
  });

  it.each<readonly [string, Attributes | undefined, string]>([
    [
      'SET status = :v',
      { ':v': { S: '' } },
      'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'SET a = :v, a = :v',
      { ':v': { S: '' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    ],
    [
      'SET a = :v SET b = :v',
      { ':v': { S: '' } },
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'SET a = :v',
      { ':v': { S: '' }, ':w': { S: '' } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}',
    ],
    [
      'SET a = :v',
      undefined,
      'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v',
    ],
    [
      'SET a.b.c = :v',
      { ':v': { S: '' } },
      'The document path provided in the update expression is invalid for update',
    ],
    ['SET a = absent', undefined, 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = t + :v', { ':v': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET a = a + :v',
      { ':v': { S: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: +, operand type: S',
    ],
    [
      'ADD a :v',
      { ':v': { S: '1' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
    ],
    [
      'SET id = :v',
      { ':v': { S: '1' } },
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    [
      'SET a = size(t)',
      undefined,
      'Invalid UpdateExpression: The function is not allowed in an update expression; function: size',
    ],
    [
      'SET a = :v extra',
      { ':v': { S: '' } },
      'Invalid UpdateExpression: Syntax error; token: "extra", near: ":v extra"',
    ],
    ['', undefined, 'Invalid UpdateExpression: The expression can not be empty;'],
  ])('%s is refused', async (expression, values, message) => {
    await put({ t: { S: 'text' } });
    await expect(update(expression, values)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  it('give back what they touched, before and after', async () => {
    await put({ n: { N: '1' }, other: { S: 'left alone' } });
    const values = { ':one': { N: '1' } };
    const untouched = { ReturnValues: 'UPDATED_OLD' };
    expect(await update('SET n = n + :one', values, untouched)).toEqual({ n: { N: '1' } });
    expect(await update('SET n = n + :one', values, { ReturnValues: 'UPDATED_NEW' })).toEqual({ n: { N: '3' } });
  });
});

describe('condition expressions', () => {
  const item: Attributes = {
    n: { N: '10' },
    s: { S: 'Ärger' },
    l: { L: [{ S: 'a' }, { N: '1' }] },
    set: { NS: ['1', '2'] },
    m: { M: { deep: { BOOL: true } } },
  };

  it.each<readonly [string, Attributes | undefined, boolean]>([
    ['attribute_exists(m.deep) AND attribute_not_exists(m.absent)', undefined, true],
    ['n BETWEEN :a AND :b', { ':a': { N: '9' }, ':b': { N: '10' } }, true],
    ['n < :a OR n IN (:a, :b)', { ':a': { N: '9' }, ':b': { N: '10.0' } }, true],
    ['NOT (n > :a AND s = :b)', { ':a': { N: '9' }, ':b': { S: 'Ärger' } }, false],
    ['size(s) = :a', { ':a': { N: '6' } }, true],
    ['contains(l, :a) AND contains(#set, :b)', { ':a': { N: '1' }, ':b': { N: '2' } }, true],
    ['begins_with(s, :a)', { ':a': { S: 'Är' } }, true],
    ['attribute_type(l, :a)', { ':a': { S: 'L' } }, true],
    ['absent <> :a', { ':a': { S: 'x' } }, true],
    ['absent = :a OR absent < :a', { ':a': { S: 'x' } }, false],
    ['n > :a', { ':a': { S: '1' } }, false],
    ['#set = :a', { ':a': { NS: ['2', '1'] } }, true],
    ['(n) = (:a) AND (NOT (n IN ((:b))))', { ':a': { N: '10' }, ':b': { N: '1' } }, true],
    ['((n = :a) OR (n = :b)) AND size((s)) > :a', { ':a': { N: '1' }, ':b': { N: '2' } }, false],
  ])('%s', async (ConditionExpression, values, holds) => {
    await put(item);
    const names = ConditionExpression.includes('#set') ? { ExpressionAttributeNames: { '#set': 'set' } } : {};
    const outcome = update('SET seen = if_not_exists(seen, n)', values, { ConditionExpression, ...names });
    if (holds) await expect(outcome).resolves.toBeDefined();
    else await expect(outcome).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it.each<readonly [string, Attributes | undefined, string]>([
    [
      'a = a',
      undefined,
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]',
    ],
    ['foo(a)', undefined, 'Invalid function name; function: foo'],
    [
      'contains(a)',
      undefined,
      'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1',
    ],
    [
      'a < :v',
      { ':v': { BOOL: true } },
      'Incorrect operand type for operator or function; operator: <, operand type: BOOL',
    ],
    [
      'begins_with(a, :v)',
      { ':v': { N: '1' } },
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'a BETWEEN :v AND :w',
      { ':v': { N: '2' }, ':w': { N: '1' } },
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
    ],
    ['a == :v', { ':v': { N: '2' } }, 'Syntax error; token: "=", near: "= = :v"'],
    ['((a = :v))', { ':v': { N: '2' } }, 'The expression has redundant parentheses;'],
    ['a = :v OR ( (NOT a = :v) )', { ':v': { N: '2' } }, 'The expression has redundant parentheses;'],
    ['((a)) = :v', { ':v': { N: '2' } }, 'The expression has redundant parentheses;'],
  ])('%s is refused', async (ConditionExpression, values, message) => {
    const write = update('SET seen = if_not_exists(seen, n)', values, { ConditionExpression });
    await expect(write).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Invalid ConditionExpression: ${message}`,
    });
  });

  it('understand the parameters that expressions replaced', async () => {
    await put({ n: { N: '1' } });
    const legacy = {
      TableName,
      Key,
      AttributeUpdates: { n: { Action: 'ADD' as const, Value: { N: '1' } } },
      Expected: { n: { Value: { N: '1' } } },
    };
    await parts.dynamo.send(new UpdateItemCommand(legacy));
    await expect(parts.dynamo.send(new UpdateItemCommand(legacy))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    const { Item } = await parts.dynamo.send(new GetItemCommand({ TableName, Key, AttributesToGet: ['n'] }));
    expect(Item).toEqual({ n: { N: '2' } });
  });
});

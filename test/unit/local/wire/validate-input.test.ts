import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import type { ApiModel, ModelShape } from '../../../../lib/local/kernel/service.ts';
import codepipelineModel from '../../../../lib/local/models/codepipeline.json' with { type: 'json' };
import { createInputValidator, validateInput } from '../../../../lib/local/wire/validate-input.ts';

/** A model whose one operation takes one member of the given shapes. */
function modelOf(shapes: Record<string, ModelShape & { sensitive?: boolean }>, member = 'Field'): ApiModel {
  return {
    metadata: {},
    operations: { Do: { name: 'Do', input: { shape: 'DoInput' } } },
    shapes: { DoInput: { type: 'structure', members: { [member]: { shape: 'Shape' } } }, ...shapes },
  };
}

function failureOf(model: ApiModel, input: unknown): AwsError | undefined {
  try {
    validateInput(model, 'Do', input);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

const string = (constraints: Partial<ModelShape>) => modelOf({ Shape: { type: 'string', ...constraints } });

describe('validateInput', () => {
  it.each([
    [
      'a string that is too short',
      string({ min: 2 }),
      'x',
      "Value 'x' at 'field' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      'a string that is too long',
      string({ max: 2 }),
      'xyz',
      "Value 'xyz' at 'field' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [
      'a pattern that matches in part only',
      string({ pattern: '[a-z]+' }),
      'ab1',
      "Value 'ab1' at 'field' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
    ],
    [
      'a pattern with alternatives at its ends',
      string({ pattern: 'a|b' }),
      'ax',
      "Value 'ax' at 'field' failed to satisfy constraint: Member must satisfy regular expression pattern: a|b",
    ],
    [
      'a pattern that the u flag refuses',
      string({ pattern: '[0-9]\\-[0-9]' }),
      '1_2',
      "Value '1_2' at 'field' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9]\\-[0-9]",
    ],
    [
      'a value outside an enum',
      string({ enum: ['A', 'B'] }),
      'C',
      "Value 'C' at 'field' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    ],
    [
      'a number that is too large',
      modelOf({ Shape: { type: 'integer', max: 100 } }),
      101,
      "Value '101' at 'field' failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
    [
      'a number that is too small',
      modelOf({ Shape: { type: 'integer', min: 0 } }),
      -1,
      "Value '-1' at 'field' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
    [
      'a list that is too long',
      modelOf({ Shape: { type: 'list', max: 1, member: { shape: 'Item' } }, Item: { type: 'string' } }),
      ['a', 'b'],
      "Value at 'field' failed to satisfy constraint: Member must have length less than or equal to 1",
    ],
    [
      'an item of a list of strings',
      modelOf({ Shape: { type: 'list', member: { shape: 'Item' } }, Item: { type: 'string', max: 1 } }),
      ['a', 'bb'],
      "Value at 'field' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1]",
    ],
    [
      'a member of a structure in a list',
      modelOf({
        Shape: { type: 'list', member: { shape: 'Item' } },
        Item: { type: 'structure', required: ['Key'], members: { Key: { shape: 'Text' } } },
        Text: { type: 'string' },
      }),
      [{}],
      "Value null at 'field.1.member.key' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a value of a map',
      modelOf({
        Shape: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Text' } },
        Text: { type: 'string', min: 1, max: 3 },
      }),
      { a: '' },
      "Value at 'field' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 3, Member must have length greater than or equal to 1]",
    ],
    [
      'a key of a map',
      modelOf({
        Shape: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Any' } },
        Text: { type: 'string', max: 1 },
        Any: { type: 'string' },
      }),
      { ab: 'x' },
      "Value at 'field' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1]",
    ],
    [
      'a blob that is too long',
      modelOf({ Shape: { type: 'blob', max: 2 } }),
      'AAAA',
      "Value at 'field' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
  ])('refuses %s', (_name, model, value, violation) => {
    expect(failureOf(model, { Field: value })).toMatchObject({
      code: 'ValidationException',
      status: 400,
      message: `1 validation error detected: ${violation}`,
    });
  });

  it('counts code points, not UTF-16 units', () => {
    expect(failureOf(string({ max: 2 }), { Field: '😀😀' })).toBeUndefined();
    expect(failureOf(string({ min: 3 }), { Field: '😀😀' })).toBeDefined();
  });

  it('counts the bytes of a blob', () => {
    expect(failureOf(modelOf({ Shape: { type: 'blob', max: 2 } }), { Field: 'AAA=' })).toBeUndefined();
  });

  it.each([
    ['string', 5, "NUMBER_VALUE can not be converted to a String at 'field'"],
    ['integer', '5', "STRING_VALUE can not be converted to an Integer at 'field'"],
    ['integer', 1.5, "NUMBER_VALUE can not be converted to a whole number at 'field'"],
    ['boolean', 'true', "STRING_VALUE can not be converted to a Boolean at 'field'"],
    ['timestamp', '2026-01-01', "STRING_VALUE can not be converted to a Timestamp in epoch seconds at 'field'"],
    ['blob', 'not base64!', "STRING_VALUE can not be converted to a Blob in base64 at 'field'"],
    ['list', {}, "a structure or map can not be converted to a list at 'field'"],
    ['structure', [], "a list can not be converted to a structure or map at 'field'"],
    ['map', 'x', "STRING_VALUE can not be converted to a structure or map at 'field'"],
  ])('calls a %s of another type a SerializationException (%j)', (type, value, message) => {
    expect(failureOf(modelOf({ Shape: { type } }), { Field: value })).toMatchObject({
      code: 'SerializationException',
      message,
    });
  });

  it('ignores members that the model does not know, and takes null for absent', () => {
    expect(failureOf(string({ min: 1 }), { Field: null, Unknown: 5, constructor: 5 })).toBeUndefined();
  });

  it('follows a shape that contains itself', () => {
    const model = modelOf({
      Shape: { type: 'structure', members: { Next: { shape: 'Shape' }, Name: { shape: 'Name' } } },
      Name: { type: 'string', max: 1 },
    });

    expect(failureOf(model, { Field: { Next: { Next: { Name: 'ab' } } } })?.message).toContain(
      "'field.next.next.name'",
    );
  });

  it.each(['Token', 'ClientToken', 'ContinuationToken', 'SecretAccessKey', 'Nonce', 'Password'])(
    'withholds the value of a member named %s',
    (member) => {
      const message = failureOf(modelOf({ Shape: { type: 'string', max: 3 } }, member), {
        [member]: 'hush-hush',
      })?.message;

      expect(message).toContain('Member must have length less than or equal to 3');
      expect(message).not.toContain('hush');
    },
  );

  it('withholds values of sensitive shapes, and of all that stands in them', () => {
    const model = modelOf({
      Shape: { type: 'structure', sensitive: true, members: { Inner: { shape: 'Text' } } },
      Text: { type: 'string', max: 3 },
    });

    expect(failureOf(model, { Field: { Inner: 'hush-hush' } })?.message).not.toContain('hush');
  });

  it.each(['ASIAQWERTYUIOPASDFGH', 'IQoJb3JpZ2luX2VjEAoaCXVzLXdlc3QtMiJHMEUCIQ=='])(
    'withholds %s, which looks like a token',
    (value) => {
      const message = failureOf(string({ max: 3 }), { Field: value })?.message;

      expect(message).toContain("Value at 'field'");
      expect(message).not.toContain(value);
    },
  );

  it('uses the code that a service gives its validation errors', () => {
    const validate = createInputValidator(string({ min: 1 }), { validationErrorCode: 'InvalidRequestException' });

    expect(() => validate('Do', { Field: '' })).toThrow(expect.objectContaining({ code: 'InvalidRequestException' }));
  });

  it('refuses an operation that the API does not have', () => {
    expect(() => validateInput(codepipelineModel, 'constructor', {})).toThrow(
      expect.objectContaining({ code: 'UnknownOperationException' }),
    );
  });

  it('refuses a text exactly when its length in code points is out of range', () => {
    const validate = createInputValidator(string({ min: 3, max: 6 }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 9 }), (text) => {
        const length = Array.from(text).length;
        const check = () => validate('Do', { Field: text });
        if (length >= 3 && length <= 6) check();
        else expect(check).toThrow(AwsError);
      }),
    );
  });

  it('answers any JSON with silence or an AwsError', () => {
    const validate = createInputValidator(codepipelineModel);
    const operations = Object.keys(codepipelineModel.operations);
    fc.assert(
      fc.property(fc.constantFrom(...operations), fc.jsonValue(), (operation, input) => {
        try {
          validate(operation, input);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });
});

import { AwsError } from '../kernel/aws-error.ts';

const NUMBERS: Readonly<Record<string, string>> = {
  integer: 'Integer',
  long: 'Long',
  short: 'Short',
  byte: 'Byte',
  float: 'Float',
  double: 'Double',
};

/** Whether a model's type is one of the numbers. */
export function isNumberType(type: string): boolean {
  return NUMBERS[type] !== undefined;
}

/**
 * Creates the check of a scalar type, which gives what the type's constraints measure.
 * The check throws AwsError SerializationException for a value of another type.
 */
export function scalarReader(type: string): (value: unknown, path: string) => unknown {
  const number = NUMBERS[type];
  if (type === 'string') {
    return (value, path) => {
      if (typeof value !== 'string') throw wrongType(value, 'a String', path);
      return value;
    };
  }
  if (number !== undefined) {
    const whole = type !== 'float' && type !== 'double';
    return (value, path) => {
      if (typeof value !== 'number') throw wrongType(value, `a ${number}`.replace('a I', 'an I'), path);
      if (whole && !Number.isSafeInteger(value)) throw wrongType(value, 'a whole number', path);
      return value;
    };
  }
  if (type === 'boolean') {
    return (value, path) => {
      if (typeof value !== 'boolean') throw wrongType(value, 'a Boolean', path);
      return value;
    };
  }
  if (type === 'timestamp') {
    return (value, path) => {
      if (typeof value !== 'number') throw wrongType(value, 'a Timestamp in epoch seconds', path);
      return value;
    };
  }
  if (type === 'blob') {
    return (value, path) => {
      if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) {
        throw wrongType(value, 'a Blob in base64', path);
      }
      return Buffer.byteLength(value, 'base64');
    };
  }
  return (value) => value;
}

/** The fields of a structure or map. @throws AwsError SerializationException for anything else. */
export function expectObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(value, 'a structure or map', path);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The items of a list. @throws AwsError SerializationException for anything else. */
export function expectList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType(value, 'a list', path);
  return value;
}

function wrongType(value: unknown, wanted: string, path: string): AwsError {
  const found = Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'a structure or map'
      : `${String(typeof value).toUpperCase()}_VALUE`;
  return new AwsError('SerializationException', `${found} can not be converted to ${wanted} at '${path}'`);
}

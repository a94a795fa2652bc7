import { type AttributeValue, type Item, VALUE_TYPES, type ValueType } from './attribute-value.ts';
import { type Decimal, formatDecimal, magnitudeOf, parseDecimal, precisionOf } from './decimal.ts';
import { invalidParameters, validationError } from './validation-error.ts';

/** DynamoDB Developer Guide, "Constraints": numbers, and the nesting of documents. */
const MOST_DIGITS = 38;
const GREATEST_MAGNITUDE = 125;
const LEAST_MAGNITUDE = -130;
const DEEPEST_NESTING = 32;

/**
 * Checks a value as it came over the wire and gives it in the form that is stored: numbers in plain notation, nothing
 * but the one member that is set.
 *
 * @throws AwsError ValidationException
 */
export function checkValue(value: AttributeValue, depth = 0): AttributeValue {
  const given = VALUE_TYPES.filter((type) => value?.[type] !== undefined && value[type] !== null);
  const [type] = given;
  if (type === undefined) {
    throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (given.length > 1) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (depth > DEEPEST_NESTING) {
    const message =
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit';
    throw validationError(message);
  }
  return checkType(type, value, depth);
}

/** Checks all values of an item or a key. @throws AwsError ValidationException */
export function checkItem(item: Item, depth = 0): Item {
  // Without a prototype every name is a name, `__proto__` too.
  const checked: Record<string, AttributeValue> = Object.create(null);
  for (const name in item) {
    if (name === '' && depth === 0) throw invalidParameters('Attribute name cannot be empty');
    checked[name] = checkValue(item[name] as AttributeValue, depth);
  }
  return checked;
}

/** Reads a number within DynamoDB's range and precision. @throws AwsError ValidationException */
export function checkNumber(text: string): Decimal {
  const number = parseDecimal(text);
  if (number === undefined) {
    const suffix = text === '' ? '' : `: ${text}`;
    throw validationError(`The parameter cannot be converted to a numeric value${suffix}`);
  }
  return checkRange(number);
}

/** Refuses a number that DynamoDB cannot store. @throws AwsError ValidationException */
export function checkRange(number: Decimal): Decimal {
  const magnitude = magnitudeOf(number);
  if (magnitude > GREATEST_MAGNITUDE) {
    throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < LEAST_MAGNITUDE) {
    throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (precisionOf(number) > MOST_DIGITS) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  return number;
}

function checkType(type: ValueType, value: AttributeValue, depth: number): AttributeValue {
  switch (type) {
    case 'N':
      return { N: formatDecimal(checkNumber(value.N ?? '')) };
    case 'NULL':
      if (value.NULL !== true) throw invalidParameters('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'SS':
      return { SS: checkSet(value.SS ?? [], 'An string set  may not be empty') };
    case 'NS':
      return {
        NS: checkSet(
          (value.NS ?? []).map((text) => formatDecimal(checkNumber(text))),
          'An number set  may not be empty',
        ),
      };
    case 'BS':
      return { BS: checkSet(value.BS ?? [], 'Binary sets should not be empty') };
    case 'L':
      return { L: (value.L ?? []).map((element) => checkValue(element, depth + 1)) };
    case 'M':
      return { M: checkItem(value.M ?? {}, depth + 1) };
    default:
      return { [type]: value[type] };
  }
}

function checkSet(elements: readonly string[], whenEmpty: string): readonly string[] {
  if (elements.length === 0) throw invalidParameters(whenEmpty);
  if (new Set(elements).size < elements.length) {
    throw invalidParameters(`Input collection [${elements.join(', ')}] contains duplicates.`);
  }
  return elements;
}

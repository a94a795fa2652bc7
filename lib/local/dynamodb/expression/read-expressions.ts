import type { AttributeValue } from '../attribute-value.ts';
import { validationError } from '../validation-error.ts';
import { checkChanges } from './apply-update.ts';
import { checkOperands } from './evaluate-condition.ts';
import type { Change, Condition, DocumentPath, Parsed } from './grammar.ts';
import { refuseOverlaps } from './overlap.ts';
import { parseCondition } from './parse-condition.ts';
import { parseProjection, parseUpdate } from './parse-update.ts';
import { checkDefined, checkUsed, type Placeholders, readPlaceholders, resolvePath } from './placeholders.ts';
import { ExpressionError } from './token.ts';

/** The members of requests that hold expressions. */
export interface ExpressionInput {
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** One of the members that hold an expression. */
export type ExpressionParameter = Exclude<keyof ExpressionInput, `ExpressionAttribute${string}`>;

/** The expressions of a request, parsed and checked. */
export interface Expressions {
  readonly placeholders: Placeholders;
  readonly update?: readonly Change[];
  readonly condition?: Condition;
  readonly keyCondition?: Condition;
  readonly filter?: Condition;
  /** With placeholders replaced. */
  readonly projection?: readonly DocumentPath[];
}

/** The longest expression, in bytes (DynamoDB Developer Guide, "Expression parameters"). */
const LONGEST_EXPRESSION_BYTES = 4096;
/** How many different expressions are remembered in their parsed form. */
const MOST_REMEMBERED = 1000;

const update = remembered(parseUpdate);
const condition = remembered(parseCondition);
const projection = remembered(parseProjection);

/** Parses the expressions of a request; each text is parsed once and then remembered. @throws AwsError ValidationException */
export function readExpressions(input: ExpressionInput, parameters: readonly ExpressionParameter[]): Expressions {
  refuseIdlePlaceholders(input, parameters);
  const placeholders = readPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const parsed: Parsed<unknown>[] = [];

  function read<Content>(
    parameter: ExpressionParameter,
    parse: (text: string) => Parsed<Content>,
    check: (content: Content) => void,
  ): Content | undefined {
    const text = parameters.includes(parameter) ? input[parameter] : undefined;
    if (text === undefined || text === null) return undefined;
    try {
      checkLength(text);
      const found = parse(text);
      checkDefined(found, placeholders);
      check(found.content);
      parsed.push(found);
      return found.content;
    } catch (error) {
      if (error instanceof ExpressionError) throw validationError(`Invalid ${parameter}: ${error.message}`);
      throw error;
    }
  }

  const checkCondition = (content: Condition) => checkOperands(content, placeholders);
  const found = {
    update: read('UpdateExpression', update, (changes) => checkChanges(changes, placeholders)),
    condition: read('ConditionExpression', condition, checkCondition),
    keyCondition: read('KeyConditionExpression', condition, checkCondition),
    filter: read('FilterExpression', condition, checkCondition),
    projection: read('ProjectionExpression', projection, (paths) =>
      refuseOverlaps(paths.map((path) => resolvePath(path, placeholders))),
    )?.map((path) => resolvePath(path, placeholders)),
  };
  checkUsed(placeholders, parsed);
  const given = Object.entries(found).filter(([, content]) => content !== undefined);
  return { placeholders, ...Object.fromEntries(given) };
}

function checkLength(text: string): void {
  if (text.trim() === '') throw new ExpressionError('The expression can not be empty;');
  const bytes = Buffer.byteLength(text);
  if (bytes <= LONGEST_EXPRESSION_BYTES) return;
  throw new ExpressionError(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
}

/** Placeholders without any expression are refused before they are looked at. */
function refuseIdlePlaceholders(input: ExpressionInput, parameters: readonly ExpressionParameter[]): void {
  const absent = (parameter: ExpressionParameter) => input[parameter] === undefined || input[parameter] === null;
  if (input.ExpressionAttributeNames !== undefined && parameters.every(absent)) {
    throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = parameters.filter((parameter) => parameter !== 'ProjectionExpression');
  if (input.ExpressionAttributeValues === undefined || !withValues.every(absent)) return;
  const verb = withValues.length > 1 ? 'are' : 'is';
  throw validationError(
    `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${verb} null`,
  );
}

function remembered<Content>(parse: (text: string) => Parsed<Content>): (text: string) => Parsed<Content> {
  const known = new Map<string, Parsed<Content>>();
  return (text) => {
    let parsed = known.get(text);
    if (parsed === undefined) {
      parsed = parse(text);
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(text, parsed);
    }
    return parsed;
  };
}

import { InvalidOutcomeError } from '../core/errors.ts';
import { describeError } from '../core/failure.ts';
import { isError } from '../core/is-error.ts';

/** One parameter of a product, as a parser's logic names it. */
export interface ProductParameter {
  /** 1 to 1,000 characters, unique. */
  readonly key: string;
  /** Free text of the engine, such as `string` or `list(string)`. @defaultValue 'string' */
  readonly type?: string | undefined;
  /**
   * What stands in the form; what is no text becomes JSON text. The contract has no "no default": an empty text
   * counts as one.
   *
   * @defaultValue ''
   */
  readonly defaultValue?: unknown;
  /** @defaultValue '' */
  readonly description?: string | undefined;
  /** Hides what the user types. @defaultValue false */
  readonly isNoEcho?: boolean | undefined;
}

/** One parameter as Service Catalog takes it: it refuses the whole response where one of the five is missing. */
export interface ParserParameter {
  readonly key: string;
  readonly defaultValue: string;
  readonly type: string;
  readonly description: string;
  readonly isNoEcho: boolean;
}

/** What a parser returns. */
export interface ParserResponse {
  readonly parameters: readonly ParserParameter[];
}

/** The longest key of a parameter (API model of 2015-12-10, ParameterKey), in characters. */
const LONGEST_KEY = 1_000;

/** The largest response of a function that is waited for, in bytes of JSON (Lambda's quotas: invocation payload). */
const LARGEST_RESPONSE_BYTES = 6_291_556;

/**
 * Writes parameters as Service Catalog takes them, in the order given.
 *
 * @throws InvalidOutcomeError when they are no list, a key is missing, too long or there twice, a member is of another
 * type, or all together are more than Lambda returns
 */
export function toParserResponse(parameters: unknown): ParserResponse {
  const response = responseOf(parameters);
  const bytes = Buffer.byteLength(JSON.stringify(response));
  if (bytes <= LARGEST_RESPONSE_BYTES) return response;
  throw new InvalidOutcomeError(
    `the parameters have ${bytes} bytes as JSON, and Lambda returns at most ${LARGEST_RESPONSE_BYTES}; shorten their descriptions and defaults`,
  );
}

function responseOf(parameters: unknown): ParserResponse {
  const list = parameters ?? [];
  if (isError(list)) {
    throw new InvalidOutcomeError(`the parser returned an error instead of throwing it: ${describeError(list)}`, {
      cause: list,
    });
  }
  if (!Array.isArray(list)) {
    throw new InvalidOutcomeError(`the parser must give a list of parameters, but gave one of type ${typeof list}`);
  }
  const keys = new Set<string>();
  return {
    parameters: list.map((parameter: ProductParameter | null, index) => {
      const key = parameter?.key;
      if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) {
        throw new InvalidOutcomeError(`parameter ${index + 1} must have a key of 1 to ${LONGEST_KEY} characters`);
      }
      if (keys.has(key)) throw new InvalidOutcomeError(`the parameter ${key} is declared twice`);
      keys.add(key);
      return {
        key,
        defaultValue: textOf(parameter?.defaultValue),
        type: text(key, 'type', parameter?.type) || 'string',
        description: text(key, 'description', parameter?.description),
        isNoEcho: flag(key, parameter?.isNoEcho),
      };
    }),
  };
}

function text(key: string, member: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.toWellFormed();
  throw new InvalidOutcomeError(`the ${member} of the parameter ${key} must be text, but is of type ${typeof value}`);
}

/** Templates write flags as text, too: one that was missed would show what a user types. */
function flag(key: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const written = value === undefined || value === null ? '' : String(value).trim().toLowerCase();
  if (written === 'true') return true;
  if (written === '' || written === 'false') return false;
  throw new InvalidOutcomeError(
    `isNoEcho of the parameter ${key} must be true or false, but is of type ${typeof value}`,
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

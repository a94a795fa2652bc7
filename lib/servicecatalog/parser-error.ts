import { AwsCallError } from '../aws/index.ts';
import { codeOf } from '../core/errors.ts';
import { describeError } from '../core/failure.ts';
import { isError } from '../core/is-error.ts';
import { fitText } from '../core/secrets/fit-text.ts';
import type { Redact } from '../core/secrets/redactor.ts';

/** The names of AWS's own parser for the two kinds of failure. */
export type ParserErrorName = 'ParserInvalidParameterException' | 'ParserAccessDeniedException';

/**
 * What a parser throws: Service Catalog shows its message to the user, after "Error occurred during parameter
 * parsing: ". Lambda reports the name as the error's type.
 */
export class ParserError extends Error {
  override readonly name: ParserErrorName;

  constructor(name: ParserErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** AWS publishes no limit; a person reads it in a form, so a screenful is enough. */
const LONGEST_MESSAGE = 2_048;

/** The error that a user is to see for whatever a parser threw. `redact` takes secrets out of it. */
export function parserErrorOf(thrown: unknown, redact: Redact): ParserError {
  const message = fitText(redact(describeError(thrown)), {
    max: LONGEST_MESSAGE,
    keep: 'end',
    ifEmpty: 'the parser failed without a message',
    astral: false,
  });
  return new ParserError(isDenied(thrown) ? 'ParserAccessDeniedException' : 'ParserInvalidParameterException', message);
}

/** How deep a permission that is missing may stand among the causes. */
const MOST_CAUSES = 5;

function isDenied(thrown: unknown, depth = 0): boolean {
  try {
    if (codeOf(thrown) === 'PERMISSION') return true;
    if (thrown instanceof AwsCallError) return thrown.accessDenied;
    return depth < MOST_CAUSES && isError(thrown) && thrown.cause !== undefined && isDenied(thrown.cause, depth + 1);
  } catch {
    // What is thrown may be anything, such as an error whose cause cannot be read.
    return false;
  }
}

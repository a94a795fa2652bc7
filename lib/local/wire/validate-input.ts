import { AwsError } from '../kernel/aws-error.ts';
import type { ApiModel } from '../kernel/service.ts';
import { createShapeChecks } from './shape-check.ts';

/** Checks the input of one operation. @throws AwsError */
export type InputValidator = (operation: string, input: unknown) => void;

/** Options of {@link createInputValidator}. */
export interface InputValidatorOptions {
  /** The code of the error for an input that breaks a constraint. @defaultValue 'ValidationException' */
  readonly validationErrorCode?: string;
}

/**
 * Creates the check of all operations of a model: required members, types, lengths (in code points, items or bytes),
 * ranges, patterns and enums. Members that the model does not know are ignored, as the services do. Shapes are
 * compiled once.
 *
 * The validator throws `ValidationException` (or `validationErrorCode`) that names every broken constraint in the
 * services' own words, `SerializationException` for a value of the wrong type, and `UnknownOperationException`. Values
 * that are sensitive or look like a token are not repeated.
 */
export function createInputValidator(model: ApiModel, options: InputValidatorOptions = {}): InputValidator {
  const checkOf = createShapeChecks(model);
  const code = options.validationErrorCode ?? 'ValidationException';
  return (operation, input) => {
    const declared = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    if (declared === undefined) {
      throw new AwsError('UnknownOperationException', `the API has no operation '${operation}'`);
    }
    if (declared.input === undefined) return;
    const violations: string[] = [];
    checkOf(declared.input.shape)(input, '', false, violations);
    if (violations.length > 0) throw new AwsError(code, summary(violations));
  };
}

/** Checks one input against a model, as {@link createInputValidator} does; for many inputs create a validator. */
export function validateInput(model: ApiModel, operation: string, input: unknown): void {
  createInputValidator(model)(operation, input);
}

function summary(violations: readonly string[]): string {
  const errors = violations.length === 1 ? 'error' : 'errors';
  return `${violations.length} validation ${errors} detected: ${violations.join('; ')}`;
}

import { type Decision, type Details, type End, type FailureCategory, fitted } from '../core/decision.ts';
import type { Json } from '../core/json.ts';
import { fitText } from '../core/secrets/fit-text.ts';
import { LONGEST_WHOLE, type Redact } from '../core/secrets/redactor.ts';
import { type FailureType, failureTypes } from './outcomes.ts';

/** Lengths in characters, of the API model (codepipeline 2015-07-09). */
export const limits = {
  message: 5_000,
  summary: 2_048,
  externalExecutionId: 1_500,
  revision: 1_500,
  changeIdentifier: 100,
  continuationToken: 2_048,
  /** Bytes of all output variables of an action together: AWS CodePipeline quotas. */
  variablesBytes: 122_880,
} as const;

const VARIABLE_NAME = /^[A-Za-z0-9@\-_]+$/;
/** Summaries of an execution and of a revision have the same limit. */
const SUMMARY = { max: limits.summary, keep: 'start', ifEmpty: '-' } as const;
const SUCCESS_MEMBERS = ['variables', 'summary', 'externalExecutionId', 'percentComplete', 'currentRevision'];

type Members = Readonly<Record<string, unknown>>;

/**
 * Redacts and fits the end of a job into the members and limits of the Put APIs. Names and ids stay as they are.
 *
 * @param longestReason - of a failure, in characters
 * @throws Error that says why details of a success cannot be reported
 */
export function fitJob(end: End, redact: Redact, longestReason: number = limits.message): Decision {
  if (end.kind === 'failed') {
    const limit = { max: longestReason, keep: 'end', ifEmpty: 'failed without a reason' } as const;
    const reason = fitText(redact(end.reason), limit);
    return fitted({ ...end, reason, details: fitFailureDetails(end.details, end.category) });
  }
  return fitted({ kind: 'succeeded', details: fitSuccessDetails(end.details, redact) });
}

/** Fits what is told of a job that goes on. @throws Error when it holds what only the last answer can carry */
export function fitJobProgress(details: Details, redact: Redact): Details {
  if (details.variables !== undefined) {
    throw new Error('variables go with the last answer only, not with continueAfter or defer');
  }
  return fitSuccessDetails(details, redact);
}

const FAILURE_TYPE_OF: Readonly<Record<FailureCategory, FailureType>> = {
  failed: 'JobFailed',
  crashed: 'JobFailed',
  configuration: 'ConfigurationError',
  permission: 'PermissionError',
  unavailable: 'SystemUnavailable',
};

/** A failure must get through, so what does not fit is left out. */
function fitFailureDetails(details: Members, category: FailureCategory): Details {
  const { type, externalExecutionId } = details;
  const known = failureTypes.find((candidate) => candidate === type);
  const id = typeof externalExecutionId === 'string' ? externalExecutionId : '';
  return {
    type: known ?? FAILURE_TYPE_OF[category],
    ...(id !== '' && id.length <= limits.externalExecutionId ? { externalExecutionId: id } : {}),
  };
}

function fitSuccessDetails(details: Members, redact: Redact): Details {
  const unknown = Object.keys(details).find((member) => !SUCCESS_MEMBERS.includes(member));
  if (unknown !== undefined) {
    throw new Error(`"${unknown}" is none of ${SUCCESS_MEMBERS.join(', ')}`);
  }
  const fitSummary = (value: unknown) => fitText(redact(String(value)), SUMMARY);
  return {
    ...optional('variables', details.variables, (value) => fitVariables(value, redact)),
    ...optional('summary', details.summary, fitSummary),
    ...optional('externalExecutionId', details.externalExecutionId, (value) =>
      exactly(value, 'externalExecutionId', limits.externalExecutionId),
    ),
    // A share of nothing says nothing.
    ...optional('percentComplete', details.percentComplete === 'NaN' ? undefined : details.percentComplete, fitPercent),
    ...optional('currentRevision', details.currentRevision, (value) => fitRevision(value, redact)),
  };
}

function optional(member: string, value: unknown, toFit: (value: NonNullable<unknown>) => Json): Details {
  return value === undefined || value === null || value === '' ? {} : { [member]: toFit(value) };
}

function fitVariables(value: NonNullable<unknown>, redact: Redact): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`variables must be an object of names and values, but is ${describe(value)}`);
  }
  const variables: [string, string][] = [];
  let bytes = 0;
  for (const [name, content] of Object.entries(value)) {
    if (!VARIABLE_NAME.test(name)) {
      throw new Error(
        `the variable name ${JSON.stringify(redact(name).slice(0, 100))} is not made of letters, digits, @, - and _`,
      );
    }
    const whole = typeof content === 'string' ? content : JSON.stringify(content);
    // The longest ones are not shown, but counted.
    const text = whole.length > LONGEST_WHOLE ? whole : redact(whole.toWellFormed());
    variables.push([name, text]);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  }
  if (bytes > limits.variablesBytes) {
    const [largest, content] = variables.reduce((a, b) => (a[1].length >= b[1].length ? a : b));
    throw new Error(
      `the variables have ${bytes} bytes together, more than the ${limits.variablesBytes} that CodePipeline takes; the largest is ${largest} with ${Buffer.byteLength(content)}; put it into an output artifact`,
    );
  }
  return Object.fromEntries(variables);
}

function fitPercent(value: unknown): number {
  const number = Number(value);
  if (Number.isNaN(number))
    throw new Error(`percentComplete must be a number from 0 to 100, but is ${describe(value)}`);
  return Math.round(Math.min(100, Math.max(0, number)));
}

function fitRevision(value: NonNullable<unknown>, redact: Redact): Details {
  const { revision, changeIdentifier, created, revisionSummary } = value as Members;
  return {
    revision: exactly(revision, 'currentRevision.revision', limits.revision),
    changeIdentifier: exactly(changeIdentifier, 'currentRevision.changeIdentifier', limits.changeIdentifier),
    ...optional('created', created, fitTime),
    ...optional('revisionSummary', revisionSummary, (summary) => fitText(redact(String(summary)), SUMMARY)),
  };
}

/** The wire has seconds since the epoch. */
function fitTime(value: unknown): number {
  const time = new Date(value as string).getTime();
  if (Number.isNaN(time)) throw new Error(`currentRevision.created is not a time: ${describe(value)}`);
  return time / 1000;
}

/** An id that is cut is another id: it fits or it does not. */
function exactly(value: unknown, member: string, max: number): string {
  if (typeof value !== 'string' || value === '' || value.length > max) {
    throw new Error(`${member} must be a text of 1 to ${max} characters, but is ${describe(value)}`);
  }
  return value;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  return value === null ? 'null' : `of type ${Array.isArray(value) ? 'array' : typeof value}`;
}

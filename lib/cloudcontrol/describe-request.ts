import type { FailureMeaning } from './failure-table.ts';
import { type HookProgress, hasAnswered } from './hook-progress.ts';
import { statementFor } from './permission.ts';
import type { ResourceOperation } from './progress-event.ts';
import type { RequestProgress } from './resource-request.ts';

const DOING: Readonly<Record<ResourceOperation, string>> = {
  CREATE: 'creating',
  UPDATE: 'updating',
  DELETE: 'deleting',
};

/** What a request is about, for messages. */
export interface RequestSubject {
  readonly operation: ResourceOperation;
  readonly typeName: string;
  readonly identifier: string | undefined;
}

/** `create AWS::S3::Bucket shop`. */
export function describeSubject({ operation, typeName, identifier }: RequestSubject): string {
  return [operation.toLowerCase(), typeName, identifier].filter((part) => part !== undefined).join(' ');
}

/** How far a request is: hooks are the first third of the way. */
export function progressOf(
  subject: RequestSubject,
  status: string,
  hooks: readonly HookProgress[] = [],
): RequestProgress {
  const { operation, typeName, identifier } = subject;
  const what = [DOING[operation], typeName, identifier].filter((part) => part !== undefined).join(' ');
  const answered = hooks.filter(hasAnswered).length;
  if (answered < hooks.length) {
    const summary = `${what}: ${answered} of ${hooks.length} hooks have answered`;
    return { summary, percentComplete: 10 + Math.round((25 * answered) / hooks.length) };
  }
  return { summary: `${what}: ${status}`, percentComplete: status === 'PENDING' ? 10 : 50 };
}

/** A failure in one line: what was to be done, the service's words, what may be left, and what to do. */
export function describeFailure(
  subject: RequestSubject,
  failure: {
    readonly code: string;
    readonly message: string;
    readonly meaning: FailureMeaning;
    readonly attempts: number;
    readonly possibleRemnant: string | undefined;
    readonly mayReplace?: readonly string[] | undefined;
  },
): string {
  const { code, message, meaning, attempts, possibleRemnant, mayReplace } = failure;
  const missing = meaning.category === 'permission' ? statementFor(message) : undefined;
  const parts = [
    `cannot ${describeSubject(subject)}: ${code}${message === '' ? '' : `: ${message.replace(/\.$/, '')}`}`,
    attempts > 1 ? `it was the last of ${attempts} attempts` : undefined,
    possibleRemnant === undefined
      ? undefined
      : `${possibleRemnant} may have been left behind: nothing was deleted; look at it, then delete it or take it over with ensureResource`,
    mayReplace === undefined ? undefined : `some changes of ${mayReplace.join(', ')} take another resource`,
    missing === undefined ? meaning.advice : `add the statement ${missing} to the role that it is done as`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

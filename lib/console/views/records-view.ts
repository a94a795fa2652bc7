import { missingStatement } from '../../local/identity/refusal.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import { logText } from '../state/log-text.ts';
import {
  type CallRecord,
  type InvocationRecord,
  isOpen,
  type LineRecord,
  type Moment,
  type NoteRecord,
  type Owed,
  type OwedState,
} from '../state/records.ts';

type Parts = Pick<ConsoleParts, 'rename' | 'withholder'>;

/** An owed answer as the API shows it. */
export type OwedView = Omit<Owed, 'entry'> & { readonly canComplete: boolean };

/** An invocation in a list; {@link InvocationDetail} has its event. */
export type InvocationView = Omit<InvocationRecord, 'event' | 'result' | 'environmentId'>;

/** A call in a list. */
export type CallView = Omit<CallRecord, 'input'> & {
  /** The statement that is missing, and the line of CDK that adds it; of a refused call only. */
  readonly remedy?: { readonly statement: string; readonly cdk: string };
};

/** A line of a log. */
export interface LineView extends LineRecord {
  readonly level: string;
  readonly text: string;
}

/** States in which nobody works on an answer. */
const IDLE: readonly OwedState[] = ['deferred', 'waiting', 'delivered', 'last resort'];

/** How an owed answer leaves the process. */
export function owedView(owed: Owed, { rename, withholder }: Parts): OwedView {
  const { entry, ...rest } = owed;
  return {
    ...rest,
    detail: rename(owed.detail),
    reason: rename(withholder.text(owed.reason)),
    ...(owed.functionName === undefined ? {} : { functionName: rename(owed.functionName) }),
    // A poll that looks whether there is an answer runs, and leaves the rest as it is: who types one meanwhile goes on.
    canComplete: entry !== undefined && isOpen(owed) && (owed.dueAt !== undefined || IDLE.includes(owed.state)),
  };
}

/** How a moment leaves the process. */
export function momentView(moment: Moment, { rename, withholder }: Parts): Moment {
  return {
    ...moment,
    title: rename(withholder.text(moment.title)),
    detail: rename(withholder.text(moment.detail)),
  };
}

/** How an invocation of a list leaves the process. */
export function invocationView(record: InvocationRecord, { rename, withholder }: Parts): InvocationView {
  const { event, result, environmentId, error, ...rest } = record;
  return {
    ...rest,
    functionName: rename(record.functionName),
    ...(error === undefined
      ? {}
      : { error: { errorType: error.errorType, errorMessage: rename(withholder.text(error.errorMessage)) } }),
  };
}

/** How a call of a list leaves the process. */
export function callView(record: CallRecord, { rename }: Parts): CallView {
  const { input, refusal, ...rest } = record;
  return {
    ...rest,
    principal: rename(record.principal),
    ...(record.functionName === undefined ? {} : { functionName: rename(record.functionName) }),
    ...(refusal === undefined
      ? {}
      : { refusal: { ...refusal, resource: rename(refusal.resource) }, remedy: remedyOf(refusal) }),
  };
}

/** How a line leaves the process. */
export function lineView(record: LineRecord, { rename, withholder }: Parts): LineView {
  const line = withholder.text(record.line);
  const { level, text } = logText(line);
  return { ...record, functionName: rename(record.functionName), line, level, text: rename(text) };
}

/** How a note leaves the process. */
export function noteView(record: NoteRecord, { rename, withholder }: Parts): NoteRecord {
  return { ...record, text: rename(withholder.text(record.text)) };
}

function remedyOf(refusal: NonNullable<CallRecord['refusal']>) {
  const { action, resource } = refusal;
  const statement = JSON.stringify(missingStatement(refusal), null, 2);
  const cdk = `fn.addToRolePolicy(new PolicyStatement({ actions: ['${action}'], resources: ['${resource}'] }));`;
  return { statement, cdk };
}

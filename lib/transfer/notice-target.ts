import type { StepNotice } from '../constants.ts';
import type { Ticket } from '../core/ledger/entry.ts';
import type { StepData, StepFileLocation } from './step-event.ts';

/** Of what, and to whom, the failure of a step is told. */
export interface NoticeTarget {
  readonly workflowId: string;
  readonly executionId: string;
  readonly functionName: string | undefined;
  readonly userName: string | undefined;
  readonly serverId: string | undefined;
  readonly file: StepFileLocation | undefined;
  readonly settings: Omit<StepNotice, 'functionName'>;
}

const MEMBER = 'notice';

/** The member of a ticket that keeps it, so that whoever decides the step can tell. */
export function noticeData(
  { userName, serverId, file }: StepData,
  functionName: string | undefined,
  settings: Omit<StepNotice, 'functionName'>,
): Readonly<Record<string, string>> {
  return { [MEMBER]: JSON.stringify({ functionName, userName, serverId, file, settings }) };
}

/** Of what, and to whom, the failure of a ticket's step is told. */
export function noticeTarget({ data }: Ticket): NoticeTarget {
  const kept = readNotice(data[MEMBER]);
  const { functionName, userName, serverId, file, settings = {} } = kept;
  const { workflowId = '', executionId = '' } = data;
  return { workflowId, executionId, functionName, userName, serverId, file, settings };
}

/** Damaged, it is told to nobody but the log and the metric: a step is answered all the same. */
function readNotice(text: string = '{}'): Partial<NoticeTarget> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<NoticeTarget>;
  } catch {
    return {};
  }
}

import { type StageFunction, stageFunctions } from './crash-stack.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { Story } from './story.ts';

const DEATH = /^(Runtime\.(ExitError|OutOfMemory)|Sandbox\.Timedout)$/;

/** Whether an invocation ended with its process, and not with an error that it threw. */
export function isDeath(errorType: string | undefined): boolean {
  return DEATH.test(errorType ?? '');
}

/** The reports of one callback, those that never arrived among them. */
export function reportsOf(record: PlayRecord, callbackId: string, story: Story): readonly RecordedCall[] {
  return record.calls.filter((call) => call.callbackId === callbackId && story.answerActions.includes(call.action));
}

/** Whether a function runs the logic again after a crash. */
export function runsAgain(fn: StageFunction): boolean {
  const props: object = stageFunctions[fn];
  return 'onCrash' in props && props.onCrash === 'retry';
}

/** A call in a line. */
export function textOf(call: RecordedCall | undefined): string {
  return `${call?.action} ${JSON.stringify(call?.input)}`.slice(0, 400);
}

import type { Callback } from '../core/callback.ts';
import type { Completion } from '../core/complete.ts';
import type { Service } from '../core/service.ts';
import { escapeControls, escapeLines } from './escape-controls.ts';
import type { Terminal } from './terminal.ts';

/** What {@link printCompletion} tells of. */
export interface CompletionNews {
  readonly service: Service;
  readonly callback: Callback;
  readonly completion: Completion;
  /** Why the decision that stands is a failure. */
  readonly reason: string | undefined;
  /** Whether a decision stood before. */
  readonly wasDecided: boolean;
}

const REACHED: Readonly<Record<Completion['state'], string>> = {
  reported: 'its service has been told',
  waiting: "it stands in the ledger, and the service's next continuation carries it (CodePipeline: about 30 seconds)",
  closed: 'its service had been answered before, or waits no more',
};

/** Says for people what stands in the end, and whether somebody else was faster. */
export function printCompletion(
  terminal: Terminal,
  { service, callback, completion, reason, wasDecided }: CompletionNews,
): void {
  const { decision, accepted, state } = completion;
  const what = escapeControls(`${callback.service} ${service.noun} ${callback.id}`);
  const stands = `${decision}${reason === undefined ? '' : `: ${escapeLines(reason)}`}`;
  if (accepted) {
    terminal.line(`${terminal.style('green', '✔')} ${what} is decided: ${stands}`);
  } else {
    // Without a decision before, it was a race, or the service refused the answer as invalid; the reason tells.
    const why = wasDecided ? 'somebody else was faster: ' : 'another decision stands: ';
    terminal.line(`${terminal.style('red', '✘')} ${why}${what} is decided: ${stands}`);
  }
  terminal.line(terminal.style('dim', `  ${REACHED[state]}`));
}

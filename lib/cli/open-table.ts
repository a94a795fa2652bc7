import { encodeCallback } from '../core/callback.ts';
import { alignColumns } from './columns.ts';
import { escapeControls } from './escape-controls.ts';
import { type CallbackState, isAnswerable, type LedgerCallback } from './ledger/list-callbacks.ts';
import type { Terminal } from './terminal.ts';
import { durationText } from './time-text.ts';

/** How {@link printCallbacks} prints. */
export interface CallbackPrinting {
  readonly table: string;
  /** Whether decided callbacks are among them. */
  readonly all: boolean;
  readonly showCallback: boolean;
  readonly terminal: Terminal;
}

const STYLES: Readonly<Record<CallbackState, 'cyan' | 'red' | 'yellow' | 'green' | 'dim'>> = {
  running: 'cyan',
  died: 'red',
  retrying: 'yellow',
  waiting: 'dim',
  deferred: 'yellow',
  overdue: 'red',
  succeeded: 'green',
  failed: 'red',
  unreported: 'red',
  unreadable: 'red',
};

/** Prints callbacks for people, one a row. */
export function printCallbacks(callbacks: readonly LedgerCallback[], printing: CallbackPrinting): void {
  const { table, all, showCallback, terminal } = printing;
  if (callbacks.length === 0) {
    terminal.line(`${terminal.style('green', '✔')} no ${all ? '' : 'open '}callbacks in ${table}`);
    return;
  }
  const [head = '', ...lines] = alignColumns([
    ['AGE', 'SERVICE:ID', 'REQUEST', 'STATE'],
    ...callbacks.map((entry) => [
      durationText(entry.ageMs),
      // Ids come from a table that others write, too.
      escapeControls(entry.name),
      escapeControls(entry.requestId ?? '-'),
      explain(entry),
    ]),
  ]);
  terminal.line(terminal.style('bold', head));
  for (const [index, entry] of callbacks.entries()) {
    terminal.line(colourState(lines[index] ?? '', entry, terminal));
    if (showCallback && isAnswerable(entry))
      terminal.line(terminal.style('dim', `  ${encodeCallback(entry.callback)}`));
  }
  terminal.line();
  terminal.line(terminal.style('dim', `${countText(callbacks.length)}${all ? '' : ' open'} in ${table}`));
}

function explain({ state, decision, problem, until = 0, listedAt }: LedgerCallback): string {
  const left = durationText(until - listedAt);
  switch (state) {
    case 'running':
      return `running, ${left} left at most`;
    case 'died':
      return 'its process died';
    case 'waiting':
      return until > listedAt ? `runs again in ${left}` : 'due to run again';
    case 'deferred':
      return `deferred, ${left} left`;
    case 'overdue':
      return `overdue for ${durationText(listedAt - until)}`;
    case 'unreadable':
      return onOneLine(problem ?? '');
    case 'unreported':
      return `${decision?.kind}, not reported yet`;
    case 'failed':
      return `failed: ${onOneLine(decision?.kind === 'failed' ? decision.reason : '')}`;
    default:
      return state;
  }
}

function colourState(line: string, entry: LedgerCallback, terminal: Terminal): string {
  const state = explain(entry);
  return line.endsWith(state) ? line.slice(0, -state.length) + terminal.style(STYLES[entry.state], state) : line;
}

function countText(count: number): string {
  return count === 1 ? '1 callback' : `${count} callbacks`;
}

function onOneLine(text: string): string {
  return escapeControls(text.replaceAll(/\s+/g, ' ').trim());
}

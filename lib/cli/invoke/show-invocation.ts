import { environmentVariables } from '../../constants.ts';
import type { RecordedCall } from '../../testing/recorded-calls.ts';
import { escapeLines, jsonText } from '../escape-controls.ts';
import { readLogLine } from '../log-line.ts';
import type { Terminal } from '../terminal.ts';
import { wrapText } from '../wrap-text.ts';
import type { InvokeResult } from './invoke-once.ts';
import { isGood, type Verdict } from './verdict.ts';

const MOST_FRAMES = 8;
/** What stands before the text of a log line, in characters. */
const MARGIN = '  │ '.length;
/** Text is broken no shorter than this, in characters. */
const LEAST_WIDTH = 20;
const FOREIGN_FRAME = /node:internal|\/runtime\/bootstrap\.mjs/;
const LEVEL_STYLES: Readonly<Record<string, 'yellow' | 'red'>> = { WARN: 'yellow', ERROR: 'red', CRITICAL: 'red' };

/** Everything there is to say of one invocation. */
export interface Invocation extends InvokeResult {
  readonly verdict: Verdict;
  /** Undefined where the answers went to a local cloud. */
  readonly answers: readonly RecordedCall[] | undefined;
  readonly owed: number;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
}

/** Whether a log line says nothing to somebody who invokes by hand. */
export function isNoise(line: string): boolean {
  // One run needs no ledger beyond its own process; and the error of a handler is shown in full below the log.
  return (
    line.includes(`"${environmentVariables.ledgerTable} is not set`) ||
    /\tERROR\t(Invoke Error|Uncaught Exception|Unhandled Promise Rejection) \t/.test(line)
  );
}

/** Shows a log line as it comes, whole: wrapped on a terminal; an error's stack below it. */
export function showLogLine(terminal: Terminal, line: string): void {
  const { level, text } = readLogLine(line);
  const lines = text === '' ? [] : wrapText(text, Math.max(LEAST_WIDTH, (terminal.columns ?? Infinity) - MARGIN));
  for (const part of lines) terminal.line(`  ${terminal.style(LEVEL_STYLES[level] ?? 'dim', `│ ${part}`)}`);
  for (const frame of framesOf(stackOf(line))) terminal.line(`  ${terminal.style('dim', `│   ${frame}`)}`);
}

/** Shows what came of an invocation: its answers, its error, and in one line how it went. */
export function showInvocation(terminal: Terminal, invocation: Invocation): void {
  const { answers, failure, verdict, returned } = invocation;
  for (const { operation, input } of answers ?? []) {
    terminal.line(
      `${terminal.style('cyan', `← ${operation}`)} ${terminal.style('dim', 'checked against the API model')}`,
    );
    terminal.line(indent(jsonText(input, 2)));
  }
  if (returned !== undefined && returned !== 'null') {
    terminal.line(terminal.style('cyan', '← returned'));
    terminal.line(indent(jsonText(JSON.parse(returned), 2)));
  }
  if (failure !== undefined) {
    terminal.line(terminal.style('red', escapeLines(`${failure.errorType}: ${failure.errorMessage}`)));
    for (const frame of framesOf(failure.trace?.join('\n'))) terminal.line(terminal.style('dim', `  ${frame}`));
  }
  const good = isGood(verdict);
  const mark = terminal.style(good ? 'green' : 'red', `${good ? '✔' : '✘'} ${describe(invocation)}`);
  terminal.line(`${mark} ${terminal.style('dim', `(${measures(invocation)})`)}`);
}

function describe({ verdict, answers = [], owed, failure, timeoutSeconds, memorySizeMb }: Invocation): string {
  switch (verdict) {
    case 'answered':
      return owed === 1 ? 'answered once' : `answered ${count(answers.length)}`;
    case 'returned':
      return 'returned';
    case 'unanswered':
      return answers.length === 0
        ? 'returned without an answer: the service would wait until it times out'
        : `answered ${count(answers.length)}, but the event asks for ${owed} answers`;
    case 'answered-twice':
      return `answered ${count(answers.length)}: a service takes the first answer and refuses every other`;
    case 'threw':
      return answers.length === 0
        ? 'threw: nobody is answered, and Lambda invokes it again'
        : `threw after it had answered ${count(answers.length)}: Lambda invokes it again`;
    case 'timed-out':
      return `timed out after ${timeoutSeconds} s; give --timeout where the function has a longer one`;
    case 'crashed':
      return `crashed: ${crashOf(failure?.errorType, memorySizeMb)}`;
  }
}

function crashOf(errorType: string | undefined, memorySizeMb: number): string {
  switch (errorType) {
    case 'Runtime.OutOfMemory':
      return `it needed more than its ${memorySizeMb} MB of memory`;
    case 'Runtime.HandlerNotFound':
      // Of an ES module the bundler has told it before.
      return 'the file has no such export; --export names another, and default is what module.exports was set to';
    default:
      return 'its process ended before it returned';
  }
}

function measures({ durationMs, peakMemoryMb, memorySizeMb }: Invocation): string {
  return `${durationMs} ms with its cold start${peakMemoryMb === undefined ? '' : `, ${peakMemoryMb} of ${memorySizeMb} MB`}`;
}

function count(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}

function stackOf(line: string): string | undefined {
  try {
    const { error } = JSON.parse(line) as { error?: { stack?: unknown } };
    return typeof error?.stack === 'string' ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

/** The places of a stack trace, without the message above them and without those of Node and the runtime client. */
function framesOf(stack: string | undefined): readonly string[] {
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line) && !FOREIGN_FRAME.test(line));
  return frames.slice(0, MOST_FRAMES).map((frame) => frame.trim());
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

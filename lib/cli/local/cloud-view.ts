import { constructNames, type Rename } from '../../console/construct-names.ts';
import type { History } from '../../console/state/history.ts';
import { isMetric, isOrdinaryAnswer } from '../../console/state/log-text.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { CloudEventName, CloudEvents } from '../../local/kernel/events.ts';
import { remedy } from '../../local/scenarios/run-scenarios.ts';
import type { Deployment } from '../../local/template/deployment.ts';
import { escapeControls } from '../escape-controls.ts';
import { readLogLine } from '../log-line.ts';
import type { Terminal } from '../terminal.ts';
import { clockText, statusRows } from './status-rows.ts';

/** How often the status is drawn, in real milliseconds. */
const DRAW_MS = 200;

const ANSWERS = {
  succeeded: { mark: '✔', style: 'green' },
  failed: { mark: '✘', style: 'red' },
  continued: { mark: '↻', style: 'yellow' },
  timedOut: { mark: '⏱', style: 'red' },
} as const;

const LEVEL_STYLES: Readonly<Record<string, 'dim' | 'yellow' | 'red'>> = {
  WARN: 'yellow',
  ERROR: 'red',
  CRITICAL: 'red',
};

/** What is shown of a local cloud. */
export interface CloudView {
  /** Calls resources by their construct paths from here on. */
  nameAfter(deployment: Deployment): void;
  readonly rename: Rename;
  /** What the status says is being done, and which keys there are. */
  say(doing: string | undefined, keys?: string): void;
  stop(): void;
}

/** What {@link showCloud} is told. */
export interface CloudViewOptions {
  readonly history: History;
  /** Shows the status alone, and what happens not at all. */
  readonly quiet: boolean;
}

/** Shows what happens in a local cloud as it happens, and below that, on a terminal, how things stand. */
export function showCloud(cloud: LocalCloud, terminal: Terminal, { history, quiet }: CloudViewOptions): CloudView {
  let rename: Rename = (text) => text;
  let doing: string | undefined = 'deploying';
  let keys: string | undefined;
  const startedAt = cloud.clock.now();

  const show = (text: string) => {
    if (quiet) return;
    const time = clockText({ now: cloud.clock.now(), startedAt });
    terminal.line(`${terminal.style('dim', time.padStart(8))}  ${text}`);
  };
  const draw = () => {
    const { clock } = cloud;
    const rows = statusRows(
      { history, startedAt, now: clock.now(), speed: clock.speed, doing, keys, rename },
      terminal.columns ?? 80,
    );
    terminal.status(rows.map((row) => terminal.style('dim', row)));
  };
  const drawing = terminal.isInteractive ? setInterval(draw, DRAW_MS) : undefined;
  drawing?.unref();
  const stopLines = showLines(cloud, terminal, history, { show, rename: (text) => rename(text) });

  return {
    nameAfter(deployment) {
      rename = constructNames(deployment);
    },
    rename: (text) => rename(text),
    say(now, keysNow) {
      doing = now;
      keys = keysNow;
    },
    stop() {
      clearInterval(drawing);
      stopLines();
      terminal.status([]);
    },
  };
}

type Lines = { readonly [Name in CloudEventName]?: (event: CloudEvents[Name]) => void };

/** Shows each event that asks for something, and what came of it. The history has taken the event before. */
function showLines(
  { events }: LocalCloud,
  { style }: Terminal,
  history: History,
  { show, rename }: { readonly show: (text: string) => void; readonly rename: Rename },
): () => void {
  const delivered = new Set<string>();
  const lines: Lines = {
    state({ resource, state, detail }) {
      // What is delivered to a function shows as delivery and answer, and a stage says no more than its actions.
      const isPart = resource.includes('/') && (state === 'STARTED' || resource.split('/').length === 2);
      if (delivered.has(resource) || isPart) return;
      show(style('dim', `${resource} ${state}${detail ? `: ${detail}` : ''}`));
    },
    offer({ callbackId, detail }) {
      delivered.add(detail);
      show(`${style('cyan', '→')} ${detail} ${style('dim', `${short(callbackId)} waits for a worker`)}`);
    },
    delivery({ callbackId, functionName, detail }) {
      delivered.add(detail);
      const to = functionName ? ` to ${nameOf(functionName)}` : '';
      show(`${style('cyan', '→')} ${detail} ${style('dim', `${short(callbackId)}${to}`)}`);
    },
    invocation({ functionName, attempt }) {
      if (attempt > 1) show(style('yellow', `  ${functionName} attempt ${attempt}`));
    },
    log({ line }) {
      if (isMetric(line) || isOrdinaryAnswer(line)) return;
      const { level, text } = readLogLine(line);
      if (text !== '') show(`  ${style(LEVEL_STYLES[level] ?? 'dim', `│ ${rename(text)}`)}`);
    },
    invocationEnd({ functionName, requestId, attempt, durationMs, coldStart, error }) {
      const how = `${Math.round(durationMs)} ms${coldStart ? ', cold start' : ''}`;
      if (error) show(style('red', `  ${functionName} ${error.errorType}: ${rename(error.errorMessage)} (${how})`));
      // One that had nothing to do is gone from the history by now: the status counts it.
      else if (history.invocations.has(`${requestId}.${attempt}`)) show(style('dim', `  ${functionName} ${how}`));
    },
    answer({ callbackId, kind, detail }) {
      const { mark, style: tone } = ANSWERS[kind];
      const text = detail ? ` ${escapeControls(detail)}` : '';
      show(`${style(tone, `${mark} ${kind}`)}${text} ${style('dim', short(callbackId))}`);
    },
    withdrawal({ callbackId, detail }) {
      show(`${style('yellow', '- no longer waited for')} ${detail} ${style('dim', short(callbackId))}`);
    },
    asyncFailure({ functionName, condition, destination }) {
      const record = destination ? `; its record goes to ${nameOf(destination)}` : '';
      show(style('red', `  ${functionName} is given up (${condition})${record}`));
    },
    refusal: (refusal) => show(style('red', `✘ ${remedy(refusal)}`)),
    stub({ pipeline, stage, action, outcome }) {
      show(`${style('cyan', '≈')} ${pipeline}/${stage}/${action} ${style('dim', `stub: ${outcome}`)}`);
    },
    notice: ({ message }) => show(style('dim', `note: ${message}`)),
  };
  return events.onAny((name, event) => {
    const line = lines[name] as ((event: unknown) => void) | undefined;
    line?.(mapTexts(event, rename));
  });
}

/** An event with its texts changed; what lies deeper stays. */
function mapTexts(event: object, change: Rename): object {
  const entries = Object.entries(event).map(([name, value]) => [
    name,
    typeof value === 'string' && name !== 'line' ? change(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function short(id: string): string {
  return id.slice(0, 8);
}

function nameOf(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

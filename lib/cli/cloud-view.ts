import type { LocalCloud } from '../local/cloud.ts';
import { remedy } from '../local/scenarios/run-scenarios.ts';
import type { Deployment } from '../local/template/deployment.ts';
import { readLogLine } from './log-line.ts';
import type { Terminal } from './terminal.ts';

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** Progress shows after this much real time without a line, in milliseconds. */
const QUIET_MS = 400;
const FRAME_MS = 100;

const ANSWERS = {
  succeeded: { mark: '✔', style: 'green' },
  failed: { mark: '✘', style: 'red' },
  continued: { mark: '↻', style: 'yellow' },
  timedOut: { mark: '⏱', style: 'red' },
} as const;

const NAMED_TYPES: ReadonlySet<string> = new Set([
  'AWS::Lambda::Function',
  'AWS::CodePipeline::Pipeline',
  'AWS::SQS::Queue',
]);

const LEVEL_STYLES: Readonly<Record<string, 'dim' | 'yellow' | 'red'>> = {
  WARN: 'yellow',
  ERROR: 'red',
  CRITICAL: 'red',
};

/** What is shown of a local cloud. */
export interface CloudView {
  /** Calls functions and pipelines by their construct paths from here on. */
  nameAfter(deployment: Deployment): void;
  stop(): void;
}

/** Shows what happens in a local cloud as it happens. */
export function showCloud(cloud: LocalCloud, terminal: Terminal): CloudView {
  let names: readonly (readonly [physicalId: string, path: string])[] = [];
  const rename = (text: string) => names.reduce((renamed, [id, path]) => renamed.replaceAll(id, path), text);
  const start = cloud.clock.now();
  const running = new Map<string, string>();
  const delivered = new Set<string>();
  let lastLine = performance.now();
  let frame = 0;

  const simulated = () => {
    const seconds = Math.floor((cloud.clock.now() - start) / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
  };
  const show = (text: string) => {
    terminal.line(`${terminal.style('dim', simulated().padStart(8))}  ${rename(text)}`);
    lastLine = performance.now();
  };
  const spinner = setInterval(() => {
    if (performance.now() - lastLine < QUIET_MS) return;
    const what = running.size > 0 ? `${[...new Set(running.values())].join(', ')} runs` : 'waiting';
    terminal.progress(`${simulated().padStart(8)}  ${FRAMES[frame++ % FRAMES.length]} ${rename(what)}`);
  }, FRAME_MS);
  spinner.unref();

  const stops = [
    cloud.events.on('state', ({ resource, state, detail }) => {
      // What is delivered to a function shows as delivery and answer, and a stage says no more than its actions.
      if (
        delivered.has(resource) ||
        (resource.includes('/') && (state === 'STARTED' || resource.split('/').length === 2))
      )
        return;
      show(terminal.style('dim', `${resource} ${state}${detail ? `: ${detail}` : ''}`));
    }),
    cloud.events.on('delivery', ({ callbackId, functionName, detail }) => {
      delivered.add(detail);
      show(
        `${terminal.style('cyan', '→')} ${detail} ${terminal.style('dim', `${short(callbackId)}${functionName ? ` to ${functionName}` : ''}`)}`,
      );
    }),
    cloud.events.on('invocation', ({ functionName, requestId, attempt }) => {
      running.set(`${requestId} ${attempt}`, functionName);
      if (attempt > 1) show(terminal.style('yellow', `  ${functionName} attempt ${attempt}`));
    }),
    cloud.events.on('log', ({ line }) => {
      const { level, text } = readLogLine(line);
      if (text !== '') show(`  ${terminal.style(LEVEL_STYLES[level] ?? 'dim', `│ ${text}`)}`);
    }),
    cloud.events.on('invocationEnd', ({ functionName, requestId, attempt, durationMs, coldStart, error }) => {
      running.delete(`${requestId} ${attempt}`);
      const how = `${Math.round(durationMs)} ms${coldStart ? ', cold start' : ''}`;
      if (error) show(terminal.style('red', `  ${functionName} ${error.errorType}: ${error.errorMessage} (${how})`));
      else show(terminal.style('dim', `  ${functionName} ${how}`));
    }),
    cloud.events.on('answer', ({ callbackId, kind, detail }) => {
      const { mark, style } = ANSWERS[kind];
      show(
        `${terminal.style(style, `${mark} ${kind}`)}${detail ? ` ${detail}` : ''} ${terminal.style('dim', short(callbackId))}`,
      );
    }),
    cloud.events.on('asyncFailure', ({ functionName, condition, destination }) =>
      show(
        terminal.style(
          'red',
          `  ${functionName} is given up (${condition})${destination ? `; its record goes to ${nameOf(destination)}` : ''}`,
        ),
      ),
    ),
    cloud.events.on('refusal', (refusal) => show(terminal.style('red', `✘ ${remedy(refusal)}`))),
    cloud.events.on('stub', ({ pipeline, stage, action, outcome }) =>
      show(
        `${terminal.style('cyan', '≈')} ${pipeline}/${stage}/${action} ${terminal.style('dim', `stub: ${outcome}`)}`,
      ),
    ),
    cloud.events.on('notice', ({ message }) => show(terminal.style('dim', `note: ${message}`))),
  ];
  return {
    nameAfter({ stacks }) {
      names = stacks
        .flatMap(({ resources }) => [...resources.values()])
        .filter(({ type }) => NAMED_TYPES.has(type))
        .map(({ physicalId, path, logicalId }) => [physicalId, path?.replace(/\/Resource$/, '') ?? logicalId] as const)
        .sort(([one], [other]) => other.length - one.length);
    },
    stop() {
      clearInterval(spinner);
      for (const stop of stops) stop();
      terminal.clearProgress();
    },
  };
}

function short(id: string): string {
  return id.slice(0, 8);
}

function nameOf(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

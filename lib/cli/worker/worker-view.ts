import { createTerminal, type Terminal } from '../terminal.ts';
import { showLogLines } from './log-view.ts';
import type { WorkerHealth } from './worker-loop.ts';

/** What happens to a worker, and what is known of it. */
export type WorkerNews =
  | { readonly worker: 'ready'; readonly actionType: string; readonly concurrency: number }
  | ({ readonly worker: 'health' | 'ended' } & WorkerHealth)
  | { readonly worker: 'recovered'; readonly answered: number }
  | { readonly worker: 'stopping'; readonly running: number; readonly graceSeconds: number }
  | { readonly worker: 'killed'; readonly running: number };

/** Where a worker tells what happens. */
export interface WorkerView {
  tell(news: WorkerNews): void;
  close(): void;
}

const LEVEL_STYLES: Readonly<Record<string, 'yellow' | 'red'>> = { WARN: 'yellow', ERROR: 'red', CRITICAL: 'red' };
const LONGEST_WORD = 'recovered'.length;

/**
 * Shows a worker: as lines of JSON, or as sentences. On a terminal each has its time, and the log is made readable, too;
 * elsewhere the log stays JSON, and whoever keeps it has the time.
 */
export function createWorkerView(json: boolean): WorkerView {
  if (json) return { tell: (news) => void process.stdout.write(`${JSON.stringify(news)}\n`), close() {} };
  const terminal = createTerminal();
  if (!terminal.isInteractive) {
    return { tell: (news) => terminal.line(`worker ${news.worker}: ${sentence(news)}`), close() {} };
  }
  const line = (what: string, text: string) =>
    terminal.line(`${terminal.style('dim', clockText())}  ${what.padEnd(LONGEST_WORD)}  ${text}`);
  const show = ({ level, text }: { readonly level: string; readonly text: string }) =>
    line(level.toLowerCase(), paint(terminal, level, text));
  const closings = [process.stdout, process.stderr]
    .filter((stream) => stream.isTTY)
    .map((stream) => showLogLines(stream, show));
  return {
    tell(news) {
      // Takes the ^C away that the terminal shows for the key.
      if (news.worker === 'stopping' || news.worker === 'killed') terminal.progress('');
      line(news.worker, sentence(news));
    },
    close() {
      for (const close of closings) close();
    },
  };
}

function paint(terminal: Terminal, level: string, text: string): string {
  return terminal.style(LEVEL_STYLES[level] ?? 'dim', text);
}

function clockText(): string {
  const now = new Date();
  return [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function sentence(news: WorkerNews): string {
  switch (news.worker) {
    case 'ready':
      return `polls for ${news.actionType}, does up to ${jobs(news.concurrency)} at a time; Ctrl-C stops it`;
    case 'recovered':
      return `answered ${jobs(news.answered)} whose worker had died`;
    case 'stopping':
      return news.running === 0
        ? 'nothing runs'
        : `${jobs(news.running)} may take ${news.graceSeconds} s to end; what takes longer is handed back. Once more ends it at once`;
    case 'killed':
      return news.running === 0 ? 'nothing ran' : `${jobs(news.running)} left unanswered`;
    default:
      return healthText(news);
  }
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`;
}

/** What stands at zero and is rare is left out. */
function healthText(health: WorkerHealth): string {
  const { running, waiting, done, left, refused, handedBack, unanswered, failedPolls } = health;
  const rare: readonly (readonly [number, string])[] = [
    [waiting, `${waiting} waiting to be answered`],
    [left, `${left} left to other workers`],
    [refused, `${refused} could not be acknowledged`],
    [handedBack, `${handedBack} handed back`],
    [unanswered, `${unanswered} unanswered`],
    [failedPolls, `${failedPolls} failed ${failedPolls === 1 ? 'poll' : 'polls'} in a row`],
  ];
  const parts = rare.filter(([count]) => count > 0).map(([, text]) => text);
  return [`${running} running`, `${done} done`, ...parts].join(', ');
}

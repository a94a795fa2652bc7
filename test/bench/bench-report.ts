import { type BenchResult, WORKER_CONCURRENCY, type WorkerDrains } from './bench.ts';
import { tlsTables } from './cold-start-tls-report.ts';
import { ms, row } from './table.ts';
import type { Drain } from './worker-queue.ts';

const ROWS = [
  ['empty', 'an empty function'],
  ['bare', "the gate's logic alone"],
  ['ringback', 'the gate on Ringback'],
  ['hand-written', 'the gate by hand'],
] as const;

/** The result as text for a person. */
export function describeBench(result: BenchResult): string {
  return [
    `Node ${result.node}, medians of ${result.rounds}; compare the ratios, the times are this machine's`,
    '',
    ...coldStartTable(result),
    '',
    ...tlsTables(result.coldStartTls),
    '',
    ...warmTable(result),
    '',
    'What the bundle of the gate holds, in KiB',
    row(['', 'at start', 'on demand']),
    ...result.composition.map(({ from, atStart, onDemand }) => row([`  ${from}`, kib(atStart), kib(onDemand)])),
    '',
    `Local cloud: ${result.localCloud.perSecond.toFixed(0)} jobs/s through ${result.localCloud.environments} environments of one function, their start included`,
    '',
    ...workerTable(result.worker),
    ...wakeUpTable(result),
    '',
  ].join('\n');
}

function coldStartTable({ bytes, coldStart }: BenchResult): string[] {
  const ratio = (part: 'logic' | 'report' | 'answer') =>
    ((coldStart.ringback?.[part] ?? Number.NaN) / (coldStart['hand-written']?.[part] ?? Number.NaN)).toFixed(2);
  return [
    'Cold start, ms from the start of the process',
    row(['', 'KiB', 'logic', 'report', 'answer']),
    ...ROWS.map(([name, title]) => {
      const start = coldStart[name];
      return row([`  ${title}`, kib(bytes[name]), ms(start?.logic), ms(start?.report), ms(start?.answer)]);
    }),
    row(['  Ringback to by hand', '', ratio('logic'), ratio('report'), ratio('answer')]),
  ];
}

function warmTable({ warm }: BenchResult): string[] {
  const [ringback, handWritten] = [warm.ringback, warm['hand-written']];
  const ratio = (part: 'cpu' | 'wall') =>
    ((ringback?.[part] ?? Number.NaN) / (handWritten?.[part] ?? Number.NaN)).toFixed(2);
  return [
    'One job of a warm function, ms',
    row(['', 'CPU', 'wall', 'calls']),
    ...([['calls', 'its calls on bare sockets'], ...ROWS] as const).flatMap(([name, title]) => {
      const cost = warm[name];
      return cost ? [row([`  ${title}`, ms(cost.cpu, 2), ms(cost.wall, 2), `  ${cost.calls.join(', ')}`])] : [];
    }),
    row(['  Ringback to by hand', ratio('cpu'), ratio('wall')]),
  ];
}

/** How the worker processes did. */
export function workerTable({ ringback, 'hand-written': byHand }: WorkerDrains): string[] {
  const ratio = (part: 'perSecond' | 'cpuMsPerJob') =>
    ((ringback[part] ?? Number.NaN) / (byHand[part] ?? Number.NaN)).toFixed(2);
  const drain = (title: string, { perSecond, cpuMsPerJob }: Drain) =>
    row([title, perSecond.toFixed(0), ms(cpuMsPerJob, 2)]);
  const memory = ({ memoryMb }: Drain) => memoryMb.map((mb) => mb ?? '?').join(' ');
  return [
    `Job worker: a queue of ${ringback.jobs} jobs for one process, ${WORKER_CONCURRENCY} at a time`,
    row(['', 'jobs/s', 'CPU ms/job']),
    drain('  ringback worker', ringback),
    drain('  by hand', byHand),
    row(['  Ringback to by hand', ratio('perSecond'), ratio('cpuMsPerJob')]),
    `  memory after each tenth, MiB: ringback worker ${memory(ringback)}; by hand ${memory(byHand)}`,
  ];
}

function wakeUpTable({ wakeUp }: BenchResult): string[] {
  return [
    'Job worker in Lambda: from the start of an action to user logic, ms of simulated time',
    row(['  by event, cold', ms(wakeUp.eventCold)]),
    row(['  by event, warm', ms(wakeUp.event)]),
    row(['  by schedule, once a minute', ms(wakeUp.schedule)]),
  ];
}

function kib(bytes: number | undefined): string {
  return bytes ? (bytes / 1024).toFixed(1) : '';
}

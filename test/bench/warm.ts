import { pipelineJobEvent } from '../../lib/testing/pipeline-job-event.ts';
import type { Loopback } from './loopback.ts';
import { median } from './median.ts';
import { type BenchEnvironment, startEnvironment } from './runtime.ts';
import type { Subject } from './subjects.ts';

/** What one job costs a function that is warm. */
export interface WarmCost {
  /** Milliseconds of CPU of the function's process, the runtime client included; the mean. */
  readonly cpu: number;
  /** Milliseconds from the event to the response; the median. */
  readonly wall: number;
  /** The calls of one job, in order, by operation; `logic` is the one of user logic itself. */
  readonly calls: readonly string[];
}

/**
 * Sends jobs to one environment of each subject, one job at a time and in turns, so that what else the machine does
 * meets all of them alike: `warmUp` jobs uncounted, then `jobs`.
 *
 * @throws Error when the jobs of a subject do not all make the same calls
 */
export async function measureWarm(
  subjects: readonly Subject[],
  options: {
    readonly warmUp: number;
    readonly jobs: number;
    readonly bootstrap: string;
    readonly loopback: Loopback;
  },
): Promise<ReadonlyMap<Subject, WarmCost>> {
  const { loopback, bootstrap, warmUp, jobs } = options;
  const runs: Run[] = [];
  try {
    for (const subject of subjects) {
      const where = { bootstrap, folder: subject.folder, handler: 'warm.handler', endpoint: loopback.endpoint };
      runs.push({ subject, environment: await startEnvironment(where), walls: [], calls: new Set() });
    }
    for (let job = 0; job < warmUp; job++) for (const run of runs) await work(run.environment, loopback);
    loopback.take();
    const before = await Promise.all(runs.map(cpuOf));
    for (let job = 0; job < jobs; job++) {
      for (const run of runs) {
        run.walls.push(await work(run.environment, loopback));
        run.calls.add(
          loopback
            .take()
            .map(({ name }) => name)
            .join(' '),
        );
      }
    }
    const after = await Promise.all(runs.map(cpuOf));
    return new Map(
      runs.map((run, index) => {
        const cpu = ((after[index] ?? Number.NaN) - (before[index] ?? Number.NaN)) / jobs;
        return [run.subject, { cpu, wall: median(run.walls), calls: callsOf(run) }];
      }),
    );
  } finally {
    await Promise.all(runs.map(({ environment }) => environment.close()));
  }
}

interface Run {
  readonly subject: Subject;
  readonly environment: BenchEnvironment;
  readonly walls: number[];
  /** The different sequences of calls that its jobs made. */
  readonly calls: Set<string>;
}

async function work(environment: BenchEnvironment, loopback: Loopback): Promise<number> {
  const started = performance.now();
  const { answeredAt } = await environment.invoke(pipelineJobEvent({ parameters: { url: loopback.logicUrl } }));
  return answeredAt - started;
}

/** Milliseconds that the process has used so far. */
async function cpuOf({ environment }: Run): Promise<number> {
  return Number((await environment.invoke('cpu')).payload) / 1000;
}

function callsOf({ subject, calls }: Run): readonly string[] {
  const [one = '', ...others] = calls;
  if (others.length === 0) return one.split(' ');
  throw new Error(`the jobs of ${subject.name} did not all make the same calls: ${[...calls].join('; ')}`);
}

import { pipelineJobEvent } from '../../lib/testing/pipeline-job-event.ts';
import type { Loopback, SeenCall } from './loopback.ts';
import { median } from './median.ts';
import { startEnvironment } from './runtime.ts';
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

/** Sends jobs one after the other to one environment: `warmUp` of them uncounted, then `jobs`. */
export async function measureWarm(
  { folder }: Subject,
  options: {
    readonly warmUp: number;
    readonly jobs: number;
    readonly bootstrap: string;
    readonly loopback: Loopback;
  },
): Promise<WarmCost> {
  const { loopback, bootstrap, warmUp, jobs } = options;
  const environment = await startEnvironment({
    bootstrap,
    folder,
    handler: 'warm.handler',
    endpoint: loopback.endpoint,
  });
  const cpu = async () => Number((await environment.invoke('cpu')).payload) / 1000;
  const work = async () => {
    const started = performance.now();
    const { answeredAt } = await environment.invoke(pipelineJobEvent({ parameters: { url: loopback.logicUrl } }));
    return answeredAt - started;
  };
  try {
    for (let job = 0; job < warmUp; job++) await work();
    loopback.take();
    const before = await cpu();
    const walls: number[] = [];
    for (let job = 0; job < jobs; job++) walls.push(await work());
    const used = (await cpu()) - before;
    return { cpu: used / jobs, wall: median(walls), calls: callsOfOne(loopback.take(), jobs) };
  } finally {
    await environment.close();
  }
}

/** @throws Error when the jobs did not all make the same calls */
function callsOfOne(seen: readonly SeenCall[], jobs: number): readonly string[] {
  const names = seen.map(({ name }) => name);
  const one = names.slice(0, Math.ceil(names.length / jobs));
  if (names.join() !== Array.from({ length: jobs }, () => one.join()).join()) {
    throw new Error(`the jobs did not all make the same calls: ${names.slice(0, 40).join(', ')}`);
  }
  return one;
}

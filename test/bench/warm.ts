import { pipelineJobEvent } from '../../lib/testing/pipeline-job-event.ts';
import type { Loopback } from './loopback.ts';
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
    const calls = loopback.take().map(({ name }) => name);
    return { cpu: used / jobs, wall: median(walls), calls: calls.slice(0, calls.length / jobs) };
  } finally {
    await environment.close();
  }
}

import { pipelineJobEvent } from '../../lib/testing/pipeline-job-event.ts';
import type { Loopback } from './loopback.ts';
import { median } from './median.ts';
import { startEnvironment } from './runtime.ts';
import type { Subject } from './subjects.ts';

/** Milliseconds from the start of a process; undefined where the subject does no such thing. */
export interface ColdStart {
  /** The request of user logic arrives. */
  readonly logic: number | undefined;
  /** The result arrives at CodePipeline. */
  readonly report: number | undefined;
  /** The runtime posts the function's response. */
  readonly answer: number;
}

/** Cold starts of all subjects in turns, so that what else the machine does meets all of them alike. */
export async function measureColdStarts(
  subjects: readonly Subject[],
  options: { readonly rounds: number; readonly bootstrap: string; readonly loopback: Loopback },
): Promise<ReadonlyMap<Subject, ColdStart>> {
  const starts = new Map<Subject, ColdStart[]>(subjects.map((subject) => [subject, []]));
  // The first round fills the caches of the file system and does not count.
  for (let round = 0; round <= options.rounds; round++) {
    for (const subject of subjects) {
      const start = await coldStart(subject, options);
      if (round > 0) starts.get(subject)?.push(start);
    }
  }
  return new Map([...starts].map(([subject, all]) => [subject, mediansOf(all)]));
}

async function coldStart(
  { folder }: Subject,
  { bootstrap, loopback }: { readonly bootstrap: string; readonly loopback: Loopback },
): Promise<ColdStart> {
  loopback.take();
  const environment = await startEnvironment({ bootstrap, folder, endpoint: loopback.endpoint });
  try {
    const { answeredAt } = await environment.invoke(pipelineJobEvent({ parameters: { url: loopback.logicUrl } }));
    const calls = loopback.take();
    const after = (name: string) => {
      const call = calls.find((seen) => seen.name === name);
      return call && call.at - environment.startedAt;
    };
    return {
      logic: after('logic'),
      report: after('PutJobSuccessResult'),
      answer: answeredAt - environment.startedAt,
    };
  } finally {
    await environment.close();
  }
}

function mediansOf(starts: readonly ColdStart[]): ColdStart {
  const of = (part: keyof ColdStart) => {
    const values = starts.map((start) => start[part]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  return { logic: of('logic'), report: of('report'), answer: of('answer') ?? Number.NaN };
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipelineJobEvent } from '../../lib/testing/pipeline-job-event.ts';
import { type CpuQuota, createCpuQuota } from './cpu-quota.ts';
import { startLoopback } from './loopback.ts';
import { median } from './median.ts';
import { startEnvironment } from './runtime.ts';
import type { Subject } from './subjects.ts';
import { createTestCertificate } from './test-certificate.ts';

/** The part of one processor that Lambda gives a function of 256 MB, which gives a whole one at 1,769 MB. */
export const QUOTA = 0.145;
/** How long each service takes for an answer, in milliseconds. */
export const DELAY_MS = 5;

/** Milliseconds of a first invocation over TLS; undefined where the subject does no such thing. */
export interface TlsStart {
  /** From the start of the process to its first question for an event: the init phase. */
  readonly init: number;
  /** From the event's delivery to user logic. */
  readonly logic: number | undefined;
  /** From the event's delivery to the function's response. */
  readonly answer: number;
}

/** By the name of the subject. */
export type TlsStarts = Readonly<Partial<Record<Subject['name'], TlsStart>>>;

/** First invocations over TLS. */
export interface TlsColdStarts {
  readonly rounds: number;
  readonly fullSpeed: TlsStarts;
  /** With a CPU quota from the end of the init phase on; undefined where none can be set. */
  readonly quota: TlsStarts | undefined;
}

/**
 * First invocations as in Lambda: DynamoDB and CodePipeline are two hosts, speak TLS, and take a while to answer. All
 * subjects in turns. Under a quota the init phase has a processor to itself, as Lambda gives it, and the invocation has
 * the part that 256 MB of memory buy.
 *
 * @param folder - for the certificate
 */
export async function measureTlsColdStarts(
  subjects: readonly Subject[],
  options: { readonly rounds: number; readonly bootstrap: string; readonly folder: string },
): Promise<TlsColdStarts> {
  const certificate = createTestCertificate();
  const authority = path.join(options.folder, 'authority.pem');
  await writeFile(authority, certificate.cert);
  const [dynamodb, codepipeline] = [
    await startLoopback({ certificate, delayMs: DELAY_MS }),
    await startLoopback({ certificate, delayMs: DELAY_MS }),
  ];
  const variables = {
    NODE_EXTRA_CA_CERTS: authority,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_CODEPIPELINE: codepipeline.endpoint,
  };
  const quota = createCpuQuota(QUOTA);
  const measure = (held: CpuQuota | undefined) =>
    inTurns(subjects, options.rounds, (subject) =>
      startOnce(subject, { ...options, endpoint: dynamodb.endpoint, variables, quota: held }),
    );
  try {
    const fullSpeed = await measure(undefined);
    return { rounds: options.rounds, fullSpeed, quota: quota && (await measure(quota)) };
  } finally {
    quota?.remove();
    await Promise.all([dynamodb.close(), codepipeline.close()]);
  }
}

async function inTurns(
  subjects: readonly Subject[],
  rounds: number,
  start: (subject: Subject) => Promise<TlsStart>,
): Promise<TlsStarts> {
  const starts = new Map<Subject, TlsStart[]>(subjects.map((subject) => [subject, []]));
  // The first round fills the caches of the file system and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const subject of subjects) {
      const one = await start(subject);
      if (round > 0) starts.get(subject)?.push(one);
    }
  }
  return Object.fromEntries([...starts].map(([{ name }, all]) => [name, mediansOf(all)]));
}

async function startOnce(
  { folder }: Subject,
  options: {
    readonly bootstrap: string;
    readonly endpoint: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly quota: CpuQuota | undefined;
  },
): Promise<TlsStart> {
  const { bootstrap, endpoint, variables, quota } = options;
  // Both processes read the same monotonic clock; only their zeros differ.
  const zero = performance.now() - Number(process.hrtime.bigint()) / 1e6;
  let logicAt: number | undefined;
  let readyAt = Number.NaN;
  const environment = await startEnvironment({
    bootstrap,
    folder,
    handler: 'cold.handler',
    endpoint,
    variables,
    onReady: (pid) => {
      readyAt = performance.now();
      quota?.hold(pid);
    },
    onLine: (text) => {
      const time = /^logic (\d+)$/.exec(text)?.[1];
      if (time !== undefined) logicAt = Number(time) / 1e6 + zero;
    },
  });
  try {
    const event = pipelineJobEvent({ parameters: { url: 'https://example.com/health' } });
    const { deliveredAt, answeredAt } = await environment.invoke(event);
    return {
      init: readyAt - environment.startedAt,
      logic: logicAt === undefined ? undefined : logicAt - deliveredAt,
      answer: answeredAt - deliveredAt,
    };
  } finally {
    await environment.close();
  }
}

function mediansOf(starts: readonly TlsStart[]): TlsStart {
  const of = (part: keyof TlsStart) => {
    const values = starts.map((start) => start[part]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  return { init: of('init') ?? Number.NaN, logic: of('logic'), answer: of('answer') ?? Number.NaN };
}

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createCrashAssembly } from './assembly.ts';
import { loadFaults } from './load-faults.ts';
import { openStage } from './open-stage.ts';
import { pipelineStory as story } from './pipeline-story.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean' },
  },
});
const JOBS = Number(values.jobs);
/** Jobs that are under way together. */
const WAVE = 250;
/** Secrets of this many waves are looked for in everything that is written. */
const REMEMBERED_WAVES = 4;
const KINDS = ['succeeds', 'fails', 'throws', 'returns-nothing'] as const;

interface Sample {
  readonly jobs: number;
  readonly cloudMb: number;
  readonly functionMb: number;
}

const started = performance.now();
const assembly = createCrashAssembly();
const stage = await openStage(
  assembly.folder,
  story,
  { strike: () => false, hold: async () => undefined },
  { faults: loadFaults, faultSeed: Number(values.seed) },
);
const { cloud, chronicle } = stage;
const strikes = new Map<string, number>();
const answered = new Map<string, number>();
const delivered = new Set<string>();
const timedOut: string[] = [];
let output: string[] = [];
let leaks = 0;
cloud.events.on('notice', ({ message }) => {
  const kind = /^injected fault (\S+)/.exec(message)?.[1];
  if (kind !== undefined) strikes.set(kind, (strikes.get(kind) ?? 0) + 1);
});
cloud.events.on('delivery', ({ callbackId }) => delivered.add(callbackId));
cloud.events.on('answer', ({ callbackId, kind, detail }) => {
  answered.set(callbackId, (answered.get(callbackId) ?? 0) + 1);
  if (kind === 'timedOut') timedOut.push(callbackId);
  output.push(detail);
});
cloud.events.on('log', ({ line }) => output.push(line));
cloud.events.on('call', ({ service, input, error }) => {
  if (service === 'codepipeline') output.push(JSON.stringify(input ?? ''));
  if (error !== undefined) output.push(error);
});

const samples: Sample[] = [];
const secretWaves: (readonly string[])[] = [];
const deadLetters: string[] = [];
try {
  for (let done = 0; done < JOBS; done += WAVE) {
    const plays = Array.from({ length: Math.min(WAVE, JOBS - done) }, (_, index) => `load-${done + index}`);
    for (const play of plays) chronicle.open(play);
    await Promise.all(
      plays.map((play, index) => story.deliver(stage, play, KINDS[index % KINDS.length] ?? 'succeeds', 'Plain')),
    );
    await stage.idle();
    deadLetters.push(...(await stage.deadLetters()));
    for (const play of plays) chronicle.close(play);
    searchForSecrets();
    sample(done + plays.length);
  }
} finally {
  await stage.close();
  assembly.remove();
}
report();

function searchForSecrets(): void {
  secretWaves.push([...chronicle.secrets].filter((secret) => secret !== ''));
  chronicle.secrets.clear();
  if (secretWaves.length > REMEMBERED_WAVES) secretWaves.shift();
  const text = output.join('\n');
  output = [];
  for (const secret of secretWaves.flat()) if (text.includes(secret)) leaks++;
}

function sample(jobs: number): void {
  const resident = cloud.lambda
    .environments()
    .flatMap(({ pid }) => {
      try {
        return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
      } catch {
        return [];
      }
    })
    .filter((mb) => mb > 0);
  globalThis.gc?.();
  const { heapUsed } = process.memoryUsage();
  const functionMb = resident.reduce((sum, mb) => sum + mb, 0) / Math.max(1, resident.length);
  samples.push({ jobs, cloudMb: heapUsed / 2 ** 20, functionMb });
  if (values.json !== true) {
    process.stderr.write(
      `${jobs} jobs: cloud ${(heapUsed / 2 ** 20).toFixed(0)} MB, ${resident.length} functions of ${functionMb.toFixed(0)} MB\n`,
    );
  }
}

function report(): void {
  const missing = [...delivered].filter((id) => !answered.has(id)).length;
  const twice = [...answered.values()].filter((count) => count > 1).length;
  const mean = (part: readonly Sample[], of: 'cloudMb' | 'functionMb') =>
    part.reduce((sum, entry) => sum + entry[of], 0) / Math.max(1, part.length);
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const growth = (of: 'cloudMb' | 'functionMb') => ({
    first: Math.round(mean(samples.slice(0, quarter), of)),
    last: Math.round(mean(samples.slice(-quarter), of)),
  });
  const summary = {
    jobs: delivered.size,
    answered: answered.size,
    unanswered: missing + timedOut.length,
    answeredTwice: twice,
    deadLetters: deadLetters.length,
    leaks,
    strikes: Object.fromEntries([...strikes].sort()),
    memoryMb: { cloud: growth('cloudMb'), functions: growth('functionMb') },
    seconds: Math.round((performance.now() - started) / 1000),
  };
  process.stdout.write(`${values.json === true ? JSON.stringify(summary) : JSON.stringify(summary, null, 2)}\n`);
  const good =
    delivered.size === JOBS && summary.unanswered === 0 && twice === 0 && leaks === 0 && deadLetters.length === 0;
  process.exitCode = good ? 0 : 1;
}

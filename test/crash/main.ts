import { isDeepStrictEqual, parseArgs } from 'node:util';
import { createCrashAssembly, FIXTURES } from './assembly.ts';
import { buildStory, queuedBuildStory } from './build-story.ts';
import { type CrashCase, caseId, parseCaseId } from './crash-case.ts';
import { hookStory } from './hook-story.ts';
import { judgeAll, type MatrixResult, runMatrix } from './matrix.ts';
import { brokenOperationStory, operationStory } from './operation-story.ts';
import { type PlayedOutage, playOutages } from './outages.ts';
import { pipelineStory } from './pipeline-story.ts';
import { randomCases } from './random-cases.ts';
import { resourceStory } from './resource-story.ts';
import { createCaseRunner } from './run-cases.ts';
import type { Story } from './story.ts';
import { thirdPartyStory } from './third-party-story.ts';
import { traceOf } from './trace.ts';
import { transferStory } from './transfer-story.ts';
import { invariants, type Violation } from './violation.ts';
import { answerers } from './waits.ts';
import { workerStory } from './worker-story.ts';

const HELP = `npm run crash -- [OPTIONS]

Ends processes before and after every outbound call of every kind of logic, and looks what becomes of the answers.

  --service NAME  codepipeline, transfer, servicecatalog, worker, third-party-worker, cloudcontrol,
                  hooks or builds only; may be repeated
  --only CASE     play this case only, and tell all that happens in it; may be repeated
  --random COUNT  play so many random schedules of faults instead
  --seed N        decides the random schedules (default 1)
  --outages       play the outages of services only
  --json          write the result as one line of JSON
`;

const { values } = parseArgs({
  options: {
    service: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    random: { type: 'string' },
    seed: { type: 'string', default: '1' },
    outages: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const stories: readonly Story[] = [
  pipelineStory,
  transferStory,
  operationStory,
  brokenOperationStory,
  workerStory,
  thirdPartyStory,
  resourceStory,
  hookStory,
  buildStory,
  queuedBuildStory,
];
const seed = Number(values.seed);
const write = (text: string) => process.stdout.write(`${text}\n`);

if (values.help === true) write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const started = performance.now();
  const unknown = values.service?.find((name) => !stories.some((story) => story.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no service "${unknown}"; there are ${stories.map(({ name }) => name).join(', ')}`);
  }
  const results: MatrixResult[] = [];
  const played: PlayedOutage[] = [];
  for (const story of stories) {
    if (values.service?.some((name) => isOf(story, name)) === false) continue;
    const only = values.only?.map(parseCaseId).filter((crashCase) => crashCase.story === story.name);
    if (only?.length === 0) continue;
    const assembly = createCrashAssembly(FIXTURES, story.declare);
    try {
      const isWhole = only === undefined && values.random === undefined && story === pipelineStory;
      // One after the other: six clouds more would keep this process from answering in time.
      if (isWhole) played.push(...(await playOutages(assembly.folder, story)));
      if (values.outages !== true) results.push(await playStory(assembly.folder, story, only));
    } finally {
      assembly.remove();
    }
  }
  const summary = summarize(results, played);
  if (values.json === true) write(JSON.stringify(summary));
  else report(summary, (performance.now() - started) / 1000);
  return summary.violations.length === 0 && summary.outages.every(({ ok }) => ok) ? 0 : 1;
}

/** A service may have further stories, such as `servicecatalog-broken`. */
function isOf({ name }: Story, service: string): boolean {
  return name === service || name.startsWith(`${service}-`);
}

async function playStory(folder: string, story: Story, only: readonly CrashCase[] | undefined): Promise<MatrixResult> {
  const runner = await createCaseRunner(folder, story);
  const show = (round: string, done: number, total: number, found: readonly Violation[] = []) => {
    progress(`${story.name}: ${round}`, done, total);
    if (values.json === true) return;
    for (const { invariant, caseId: id, detail } of found) process.stderr.write(`✘ ${invariant}: ${id}: ${detail}\n`);
  };
  try {
    if (only !== undefined) {
      const played = await runner.run(only);
      if (values.json !== true) {
        for (const { crashCase, record } of played) {
          write([caseId(crashCase), ...traceOf(record), ...record.lines.map((line) => `| ${line}`)].join('\n  '));
        }
      }
      return judgeAll(played, runner, story);
    }
    if (values.random !== undefined) {
      const cases = randomCases(story, Number(values.random), seed);
      return judgeAll(await runner.run(cases, (done) => show('random schedules', done, cases.length)), runner, story);
    }
    return await runMatrix(runner, story, show);
  } finally {
    await runner.close();
  }
}

function summarize(results: readonly MatrixResult[], played: readonly PlayedOutage[]) {
  const sum = (of: 'points' | 'cases') => results.reduce((total, result) => total + result[of], 0);
  return {
    seed,
    points: sum('points'),
    cases: sum('cases'),
    violations: results.flatMap((result) => result.violations),
    waits: answerers.flatMap((by) => {
      const all = results.flatMap((result) => result.waits.get(by) ?? []);
      const longestMs = Math.max(0, ...all.map((wait) => wait.longestMs));
      const count = all.reduce((total, wait) => total + wait.count, 0);
      return count === 0 ? [] : [{ by, count, longestSeconds: Math.round(longestMs / 1000) }];
    }),
    outages: played.map(({ name, expected, seen, waitedSeconds }) => ({
      name,
      ...seen,
      waitedSeconds,
      ok: isDeepStrictEqual(seen, expected),
    })),
  };
}

function report(
  { violations, waits, outages, points, cases }: ReturnType<typeof summarize>,
  tookSeconds: number,
): void {
  for (const { by, count, longestSeconds } of waits) {
    write(`${String(count).padStart(6)} answers by ${by}, the latest after ${longestSeconds} s`);
  }
  for (const { name, answer, runs, deadLettered, waitedSeconds, ok } of outages) {
    const letter = deadLettered ? ', a message in the dead-letter queue' : '';
    write(`${ok ? '✔' : '✘'} ${name}: ${answer} after ${waitedSeconds} s, the logic ran ${runs} times${letter}`);
  }
  for (const { invariant, caseId: id, detail, trace } of violations) {
    write([`✘ ${invariant}: ${id}`, detail, ...trace].join('\n    '));
  }
  for (const invariant of invariants) {
    const count = violations.filter((violation) => violation.invariant === invariant).length;
    write(`${String(count).padStart(6)} violations of "${invariant}"`);
  }
  write(`${points} points, ${cases} cases, ${violations.length} violations; seed ${seed}, ${tookSeconds.toFixed(0)} s`);
}

function progress(round: string, done: number, total: number): void {
  if (values.json !== true) process.stderr.write(`${round}: ${done} of ${total}\n`);
}

import { parseArgs } from 'node:util';
import { createCrashAssembly } from './assembly.ts';
import { caseId, parseCaseId } from './crash-case.ts';
import { judgeAll, type MatrixResult, runMatrix } from './matrix.ts';
import { pipelineStory } from './pipeline-story.ts';
import { createCaseRunner } from './run-cases.ts';
import { traceOf } from './trace.ts';
import { invariants } from './violation.ts';
import { answerers } from './waits.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'boolean' }, verbose: { type: 'boolean' } },
});
const stories = [pipelineStory];
const write = (text: string) => process.stdout.write(`${text}\n`);

const started = performance.now();
const assembly = createCrashAssembly();
const results: MatrixResult[] = [];
try {
  for (const story of stories) {
    const runner = await createCaseRunner(assembly.folder, story);
    try {
      if (values.only === undefined) {
        results.push(await runMatrix(runner, story, progress));
        continue;
      }
      const cases = values.only.map(parseCaseId).filter((crashCase) => crashCase.story === story.name);
      const played = await runner.run(cases);
      if (values.verbose === true) {
        for (const { crashCase, record } of played) {
          write(`\n${caseId(crashCase)}`);
          for (const line of traceOf(record)) write(`  ${line}`);
          for (const line of record.lines) write(`    | ${line.slice(0, 400)}`);
        }
      }
      results.push(judgeAll(played, runner, story));
    } finally {
      await runner.close();
    }
  }
} finally {
  assembly.remove();
}
const violations = results.flatMap((result) => result.violations);
const cases = results.reduce((sum, result) => sum + result.cases, 0);
const points = results.reduce((sum, result) => sum + result.points, 0);
const waits = answerers.flatMap((by) => {
  const all = results.flatMap((result) => result.waits.get(by) ?? []);
  if (all.length === 0) return [];
  const count = all.reduce((sum, wait) => sum + wait.count, 0);
  return [{ by, count, longestSeconds: Math.round(Math.max(...all.map((wait) => wait.longestMs)) / 1000) }];
});
if (values.json === true) write(JSON.stringify({ points, cases, violations, waits }));
else report();
process.exitCode = violations.length === 0 ? 0 : 1;

function progress(round: string, done: number, total: number): void {
  if (values.json !== true) process.stderr.write(`${round}: ${done} of ${total}\n`);
}

function report(): void {
  for (const { by, count, longestSeconds } of waits) {
    write(`${String(count).padStart(6)} answers by ${by}, the latest after ${longestSeconds} s`);
  }
  for (const { invariant, caseId: id, detail, trace } of violations) {
    write([`✘ ${invariant}: ${id}`, detail, ...trace].join('\n    '));
  }
  for (const invariant of invariants) {
    write(
      `${String(violations.filter((violation) => violation.invariant === invariant).length).padStart(6)} violations of "${invariant}"`,
    );
  }
  write(
    `${points} points, ${cases} cases, ${violations.length} violations, ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
}

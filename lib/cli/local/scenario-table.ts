import type { Rename } from '../../console/construct-names.ts';
import type { ScenarioResult } from '../../local/scenarios/run-scenarios.ts';
import type { Terminal } from '../terminal.ts';

const STYLES = { passed: 'green', failed: 'red', skipped: 'yellow' } as const;

/** Prints the summary of a run, one row a scenario. */
export function printScenarioTable(results: readonly ScenarioResult[], terminal: Terminal, rename: Rename): void {
  const rows = [
    ['scenario', 'service', 'status', 'answered', 'took'],
    ...results.map(({ name, service, status, answered, expected, tookMs }) => [
      name,
      service,
      status,
      status === 'skipped' || expected === 0 ? '-' : `${answered} of ${expected}`,
      `${(tookMs / 1000).toFixed(1)} s`,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  terminal.line();
  for (const [index, row] of rows.entries()) {
    const text = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
    const result = results[index - 1];
    terminal.line(`  ${terminal.style(result === undefined ? 'bold' : STYLES[result.status], text)}`);
  }
  for (const { name, stubbed } of results) {
    if (stubbed.length > 0) terminal.line(`\n  ${name} has stubs: ${rename(stubbed.join(', '))}`);
  }
  for (const { name, problem } of results) {
    if (problem !== undefined) terminal.line(`\n  ${name}: ${rename(problem)}`);
  }
  terminal.line();
}

/** The run in one line of JSON, for programs. */
export function summarize(results: readonly ScenarioResult[]): string {
  return JSON.stringify({
    scenarios: results.map(({ name, service, status, answered, expected, stubbed }) => ({
      name,
      service,
      status,
      answered,
      expected,
      ...(stubbed.length === 0 ? {} : { stubbed }),
    })),
    answered: results.reduce((sum, { answered }) => sum + answered, 0),
    unanswered: results.reduce((sum, { unanswered }) => sum + unanswered, 0),
  });
}

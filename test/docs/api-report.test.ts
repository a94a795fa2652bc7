import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiReports } from '../../build/api-report.ts';
import type { Manifest } from '../../build/manifest.ts';

const targets = { types: './dist/lib/index.d.ts', default: './dist/lib/index.js' };
const manifest = { exports: { '.': { import: targets } } } as unknown as Manifest;

/** The report of an entry that is `index.d.ts`, beside another file. */
function reportOf(index: string, other: string): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-api-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'lib'));
  writeFileSync(path.join(folder, 'lib/index.d.ts'), index);
  writeFileSync(path.join(folder, 'lib/other.d.ts'), other);
  return apiReports(folder, manifest)['ringback.d.txt'];
}

const INDEX = "export { type Options, run } from './other.ts';\n";
const OTHER = `interface Limits {
    readonly max: number;
}
/** Of a run. */
export interface Options extends Limits {
    /** Its name. */
    readonly name?: string;
}
export declare function run(options: Options): void;
export declare function hidden(): void;
`;

describe('the report of the API', () => {
  it('holds what is exported, and what that speaks of, without comments', () => {
    expect(reportOf(INDEX, OTHER)).toBe(`export interface Options extends Limits {
    readonly name?: string;
}

export declare function run(options: Options): void;

// Not exported, but spoken of

interface Limits {
    readonly max: number;
}
`);
  });

  it.each([
    ['an option', INDEX, OTHER.replace('name?: string', 'name: string')],
    ['a type that is not exported', INDEX, OTHER.replace('max: number', 'max: string')],
    ['a signature', INDEX, OTHER.replace('options: Options', 'options?: Options')],
    ['a name', INDEX.replace('run', 'run as go'), OTHER],
    ['what is exported', INDEX.replace('run', 'run, hidden'), OTHER],
  ])('changes with %s', (_what, index, other) => {
    expect(reportOf(index, other)).not.toBe(reportOf(INDEX, OTHER));
  });

  it('does not change with a comment, nor with what nobody sees', () => {
    const same = OTHER.replace('Of a run.', 'Of one run.').replace('hidden(): void', 'hidden(): string');
    expect(reportOf(INDEX, same)).toBe(reportOf(INDEX, OTHER));
  });
});

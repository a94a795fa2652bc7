import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callFaultKinds, invocationFaultKinds, processFaultKinds } from '../../lib/local/faults/fault.ts';
import { parseFault } from '../../lib/local/faults/parse-fault.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/local-cloud.md`, 'utf8');
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

describe('docs/local-cloud.md', () => {
  it('lists the resource types that the services of the local cloud create, and no other', () => {
    const sources = globSync('lib/local/**/*.ts', { cwd: root, exclude: ['lib/local/template/**'] });
    // A provider stands under its type's name; in DynamoDB, two in one line.
    const provided = sources.flatMap((file) => [
      ...readFileSync(`${root}${file}`, 'utf8').matchAll(/(?<=^ +|[{,] )'(AWS::\w+::\w+)'(?=\(|:)/gm),
    ]);
    const listed = section('What is simulated').matchAll(/`(AWS::\w+::\w+)`/g);
    expect([...listed].map(([, type]) => type).sort()).toEqual(provided.map(([, type]) => type).sort());
  });

  it.each([...processFaultKinds, ...callFaultKinds, ...invocationFaultKinds])('explains the fault %s', (kind) => {
    expect(section('Faults')).toMatch(new RegExp(`^\\|.*\`${kind}[:[].*\\|.+\\|$`, 'm'));
  });

  it('shows faults that can be read', () => {
    const shown = [...section('Faults').matchAll(/--fault (\S+)/g)].map(([, spec = '']) => spec);
    const specs = shown.filter((spec) => spec.includes(':'));
    expect(specs.length).toBeGreaterThan(0);
    for (const spec of specs) expect(parseFault(spec)).toBeDefined();
  });
});

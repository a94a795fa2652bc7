import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createLocalCloud } from '../../lib/local/cloud.ts';
import { parseStub } from '../../lib/local/codepipeline/stubs/parse-stub.ts';
import {
  callFaultKinds,
  handlerFaultKinds,
  invocationFaultKinds,
  processFaultKinds,
} from '../../lib/local/faults/fault.ts';
import { parseFault } from '../../lib/local/faults/parse-fault.ts';
import { HARMLESS_RESOURCES } from '../../lib/local/template/simulated/harmless-resources.ts';
import { KNOWN_PROPERTIES } from '../../lib/local/template/simulated/known-properties.ts';
import { simulatedTables, withTables } from './simulated-tables.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/local-cloud.md`, 'utf8');
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

describe('docs/local-cloud.md', () => {
  it('says of operations, resources and actions what the code says; npm run docs writes it', async () => {
    expect(withTables(page, await simulatedTables())).toBe(page);
    expect([...page.matchAll(/<!-- generated: (\w+) -->/g)].map(([, name]) => name)).toEqual([
      'operations',
      'resources',
      'harmless',
      'actions',
      'recorded',
    ]);
  });

  it('lists the operations of every service, save that KMS has no API here', async () => {
    const cloud = await createLocalCloud();
    await cloud.stop();
    const withoutAny = cloud.simulated.filter(({ operations }) => operations.length === 0);
    expect(withoutAny.map(({ name }) => name)).toEqual(['kms']);
  });

  it('knows of every resource type that a service creates what is simulated of it', async () => {
    const cloud = await createLocalCloud();
    await cloud.stop();
    const types = cloud.simulated.flatMap(({ resources }) => resources);
    expect(types.sort()).toEqual(Object.keys(KNOWN_PROPERTIES).sort());
    expect(types.filter((type) => Object.hasOwn(HARMLESS_RESOURCES, type))).toEqual([]);
  });

  it('shows stubs that can be read', () => {
    const shown = [...page.matchAll(/--stub '([^']+)'/g)].map(([, stub = '']) => stub);
    expect(shown.length).toBeGreaterThan(3);
    for (const stub of shown) expect(parseStub(stub.replace(/folder:[^,]+/, 'folder:lib'))).toBeDefined();
  });

  it.each([...processFaultKinds, ...callFaultKinds, ...invocationFaultKinds, ...handlerFaultKinds])(
    'explains the fault %s',
    (kind) => {
      expect(section('Faults')).toMatch(new RegExp(`^\\|.*\`${kind}[:[].*\\|.+\\|$`, 'm'));
    },
  );

  it('shows faults that can be read', () => {
    const shown = [...section('Faults').matchAll(/--fault (\S+)/g)].map(([, spec = '']) => spec);
    const specs = shown.filter((spec) => spec.includes(':'));
    expect(specs.length).toBeGreaterThan(0);
    for (const spec of specs) expect(parseFault(spec)).toBeDefined();
  });
});

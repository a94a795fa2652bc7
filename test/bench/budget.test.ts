import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBootstrap } from '../../lib/local/lambda/bootstrap-file.ts';
import { compositionOf } from './composition.ts';
import { type Loopback, startLoopback } from './loopback.ts';
import { bundleGate, bundlePlainly } from './subjects.ts';
import { measureWarm } from './warm.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ringback-budget-'));
let loopback: Loopback;
let gate: Awaited<ReturnType<typeof bundleGate>>;

beforeAll(async () => {
  loopback = await startLoopback();
  gate = await bundleGate(folder);
});

afterAll(async () => {
  await loopback.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the bundle of the deployment gate', () => {
  it('has at most 350 KiB in all its chunks, and at most 225 KiB in those of a cold start', () => {
    expect(gate.bytes).toBeLessThanOrEqual(350 * 1024);
    const atStart = gate.bundle.files.filter((file) => file.atStart).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(atStart).toBeGreaterThan(0);
    expect(atStart).toBeLessThanOrEqual(225 * 1024);
  });

  it('holds no SDK client, and nothing of artifacts among what a cold start loads', () => {
    const shares = compositionOf(gate.bundle);
    expect(shares.map(({ from }) => from).filter((from) => /^@(aws-sdk|smithy)\//.test(from))).toEqual([]);
    const archives = gate.bundle.files.filter(({ inputs }) =>
      Object.keys(inputs).some((input) => /\/archive\//.test(input)),
    );
    expect(archives.length).toBeGreaterThan(0);
    expect(archives.filter(({ atStart }) => atStart)).toEqual([]);
    expect(shares.find(({ from }) => from === 'ringback')?.atStart).toBeGreaterThan(0);
  });
});

describe('a job of a warm function', () => {
  it('costs the ledger two calls and CodePipeline one, as by hand', async () => {
    const bootstrap = writeBootstrap(path.join(folder, 'runtime'));
    const byHand = await bundlePlainly(folder, 'hand-written');
    const subjects = [gate, byHand];
    const costs = await measureWarm(subjects, { warmUp: 1, jobs: 3, bootstrap, loopback });
    for (const subject of subjects) {
      expect(costs.get(subject)?.calls, subject.name).toEqual([
        // By hand the entry is made; here it is taken, which gives what stands in it.
        subject === byHand ? 'PutItem' : 'UpdateItem',
        'logic',
        'UpdateItem',
        'PutJobSuccessResult',
      ]);
    }
  });
});

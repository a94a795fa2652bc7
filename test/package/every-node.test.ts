import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { packOnce } from './pack-once.ts';
import { type Consumer, installPackage, runWith } from './packed-package.ts';

/** The oldest Node that package.json promises. */
const [, OLDEST = ''] = /(\d+)/.exec(packageJson.engines.node) ?? [];

/** A Node of the oldest promised version on this machine, of those that PATH and `RINGBACK_OLDEST_NODE` name. */
function oldestNode(): string | undefined {
  const { PATH = '', RINGBACK_OLDEST_NODE } = process.env;
  const named = PATH.split(path.delimiter).map((folder) => path.join(folder, 'node'));
  return [...(RINGBACK_OLDEST_NODE ? [RINGBACK_OLDEST_NODE] : []), ...named].find((program) => {
    try {
      return execFileSync(program, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).startsWith(`v${OLDEST}.`);
    } catch {
      return false;
    }
  });
}

const work = mkdtempSync(path.join(tmpdir(), 'ringback-every-node-'));
const oldest = oldestNode();
let consumer: Consumer;
beforeAll(async () => {
  consumer = installPackage(work, await packOnce());
}, 180_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const programs: readonly (readonly [string, string | undefined])[] = [
  [`Node ${OLDEST}`, oldest],
  [`Node ${process.versions.node}`, process.execPath],
];

describe.each(programs)('the packed package under %s', (name, program) => {
  const ifThere = program === undefined ? it.skip : it;
  const what = program === undefined ? ` (runs where PATH or RINGBACK_OLDEST_NODE names a ${name})` : '';

  ifThere(`answers with each function that it exports${what}`, () => {
    const output = runWith(program ?? '', consumer.folder, 'every-function.js');
    const { version, answers, untouched } = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    expect(name).toContain(`Node ${program === process.execPath ? version.slice(1) : version.slice(1).split('.')[0]}`);
    expect(answers).toEqual([
      'PutJobSuccessResult',
      'PutJobSuccessResult',
      'PutThirdPartyJobSuccessResult',
      'SendWorkflowStepState',
      'NotifyProvisionProductEngineWorkflowResult',
      'PutJobFailureResult',
      'PutJobSuccessResult',
    ]);
    expect(untouched).toEqual([]);
  });

  ifThere(`runs a handler by the command${what}`, () => {
    writeFileSync(
      path.join(consumer.folder, 'gate.js'),
      "import { pipelineJob, succeed } from 'ringback/codepipeline';\nexport const handler = pipelineJob(() => succeed());\n",
    );
    const command = path.join(consumer.installed, consumer.manifest.bin.ringback ?? '');
    const args = [command, 'invoke', 'gate.js', '--event', 'codepipeline-job', '--json'];
    expect(JSON.parse(runWith(program ?? '', consumer.folder, ...args))).toMatchObject({ verdict: 'answered' });
  });
});

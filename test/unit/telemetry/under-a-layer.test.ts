import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundleHandler } from 'ringback/infra';
import { expectAnswered, lambdaContext, pipelineJobEvent, recordAnswers } from 'ringback/testing';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'ringback-layer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const layer = (file: string) => path.join(import.meta.dirname, 'layer', file);

it("a bundle of ours is traced under a layer's loader: the invocation, and within it the delivery", async () => {
  const entry = layer('gate.ts');
  await bundleHandler({ entry, outdir: folder, conditions: ['ringback-source'] });
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, POWERTOOLS_LOG_LEVEL: 'SILENT' };
  await using service = await recordAnswers(env);
  Object.assign(env, {
    BUNDLE: pathToFileURL(path.join(folder, 'index.mjs')).href,
    INVOCATION: JSON.stringify({ event: pipelineJobEvent(), context: lambdaContext({ functionName: 'Gate' }) }),
  });
  const args = ['--no-warnings', '--import', pathToFileURL(layer('register.mjs')).href, layer('invoke.mjs')];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const [delivery, invocation] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]');
  expectAnswered(service, 'failed');
  expect({ delivery, invocation }).toMatchObject({
    delivery: { name: 'codepipeline job', decision: 'failed', parent: invocation.id },
    invocation: { name: 'Gate' },
  });
});

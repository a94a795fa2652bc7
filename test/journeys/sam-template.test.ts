import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';
import { bundleHandlers, itAnswersEveryService, type Outside, serveSite, watchCloud } from './outside-the-cdk.ts';

const template = fileURLToPath(new URL('../../examples/sam/template.yaml', import.meta.url));

describe('the SAM template of the examples', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-sam-'));
  let outside: Outside;
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];

  beforeAll(async () => {
    cpSync(template, path.join(folder, 'template.yaml'));
    await bundleHandlers(folder);
    const site = await serveSite();
    const cloud = await createLocalCloud({ speed: 240, strict: true });
    closers.push(site.close, () => cloud.stop());
    const seen = watchCloud(cloud);
    const { stacks } = await cloud.deploy({
      template: path.join(folder, 'template.yaml'),
      stackName: 'Outside',
      parameters: { Outside: { Url: site.url } },
    });
    const output = (name: string) => String(stacks[0]?.outputs[name]);
    const names = {
      pipeline: output('PipelineName'),
      files: output('Files'),
      workflow: output('WorkflowId'),
      workflowRole: output('WorkflowRole'),
      launchRole: output('LaunchRoleName'),
    };
    outside = { cloud, names, ...seen };
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  itAnswersEveryService(() => outside);

  const hasLint = spawnSync('cfn-lint', ['--version']).status === 0;
  it.skipIf(!hasLint)('is accepted by cfn-lint (runs where cfn-lint is installed)', () => {
    const { stdout, status } = spawnSync('cfn-lint', [template], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

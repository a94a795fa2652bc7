import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';
import { bundleHandlers, itAnswersEveryService, type Outside, serveSite, watchCloud } from './outside-the-cdk.ts';

const module = fileURLToPath(new URL('../../examples/terraform', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'terraform-module-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
cpSync(module, folder, { recursive: true });

/** The provider itself waits up to 25 seconds for each queue. */
const LIMIT_MS = 600_000;

const run = (...args: readonly string[]) =>
  spawnSync('terraform', args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
const hasTerraform = run('version').status === 0;
// The provider comes from where the CLI's own configuration says, such as a mirror.
const hasProvider = process.env.RINGBACK_TERRAFORM_AWS === '1' && run('init', '-input=false').status === 0;

describe('the Terraform module of the examples', () => {
  it.skipIf(!hasTerraform)('is formatted (runs where terraform is installed)', () => {
    expect(run('fmt', '-check', '-recursive').stdout).toBe('');
  });
});

describe.skipIf(!hasProvider)(
  'the Terraform module of the examples, applied (runs by npm run test:terraform, where `terraform init` finds the provider)',
  () => {
    let outside: Outside;
    let terraform: (...args: readonly string[]) => Promise<{ readonly code: number | null; readonly text: string }>;
    const closers: (() => unknown)[] = [];

    beforeAll(async () => {
      expect(run('validate', '-no-color').stdout).toContain('The configuration is valid');
      await bundleHandlers(folder);
      const zip = 'for each in *; do (cd "$each" && zip -qr "../$each.zip" .); done';
      expect(spawnSync('sh', ['-c', zip], { cwd: path.join(folder, 'bundles') }).status).toBe(0);
      const site = await serveSite();
      // Time runs as in life while Terraform waits for it; a worker that looks once a minute is not waited for.
      const cloud = await createLocalCloud({ speed: 10, strict: true });
      closers.push(site.close, () => cloud.stop());
      const env = {
        ...process.env,
        AWS_ENDPOINT_URL: cloud.endpoint,
        AWS_REGION: cloud.region,
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        TF_INPUT: '0',
        TF_VAR_url: site.url,
        // The newest that the oldest provider of the module knows.
        TF_VAR_runtime: 'nodejs22.x',
      };
      // Asynchronous, since this process serves the cloud.
      terraform = (...args) => {
        const child = spawn('terraform', [...args, '-no-color'], { cwd: folder, env });
        let text = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
        return new Promise((resolve, reject) =>
          child.on('error', reject).on('close', (code) => resolve({ code, text })),
        );
      };
      const seen = watchCloud(cloud);
      const { code, text } = await terraform('apply', '-auto-approve', '-parallelism=30');
      expect(code, text.slice(-4_000)).toBe(0);
      const { text: outputs } = await terraform('output', '-json');
      const output = (name: string) => String(JSON.parse(outputs)[name].value);
      const names = {
        pipeline: output('pipeline_name'),
        files: output('files'),
        workflow: output('workflow_id'),
        workflowRole: output('workflow_role'),
        launchRole: output('launch_role_name'),
      };
      outside = { cloud, names, ...seen };
    }, LIMIT_MS);
    afterAll(async () => {
      for (const close of closers.reverse()) await close();
    });

    itAnswersEveryService(() => outside);

    it(
      'finds no drift',
      async () => {
        const { code, text } = await terraform('plan', '-detailed-exitcode');
        expect(code, text.slice(-4_000)).toBe(0);
      },
      LIMIT_MS,
    );
  },
);

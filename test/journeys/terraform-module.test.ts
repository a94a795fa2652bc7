import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';

const module = fileURLToPath(new URL('../../examples/terraform', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'terraform-module-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
cpSync(module, folder, { recursive: true });

const run = (...args: readonly string[]) =>
  spawnSync('terraform', args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });
const hasTerraform = run('version').status === 0;
// The provider comes from where the CLI's own configuration says, such as a mirror.
const hasProvider = process.env.RINGBACK_TERRAFORM_AWS === '1' && run('init', '-input=false').status === 0;

/** Terraform while this process serves the local cloud. */
function beside(endpoint: string, ...args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn('terraform', args, {
    cwd: folder,
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      // The newest that the oldest provider of the module knows.
      TF_VAR_runtime: 'nodejs22.x',
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve({ code, text })));
}

describe('the Terraform module of the examples', () => {
  it.skipIf(!hasTerraform)('is formatted (runs where terraform is installed)', () => {
    expect(run('fmt', '-check', '-recursive').stdout).toBe('');
  });

  it.skipIf(!hasProvider)(
    'is valid, and plans all of its parts (runs by npm run test:terraform, where `terraform init` finds the provider)',
    async () => {
      expect(run('validate', '-no-color').stdout).toContain('The configuration is valid');
      mkdirSync(path.join(folder, 'bundles'));
      const handlers = ['apply-log-group', 'bucket-engine', 'bucket-hook', 'bucket-parser', 'check-upload'];
      for (const name of [...handlers, 'deployment-gate', 'last-resort', 'smoke-test-worker']) {
        writeFileSync(path.join(folder, 'bundles', `${name}.zip`), name);
      }
      const cloud = await createLocalCloud();
      onTestFinished(() => cloud.stop());
      const { code, text } = await beside(cloud.endpoint, 'plan', '-no-color', '-input=false', '-out=plan');
      expect(code, text.slice(-4_000)).toBe(0);
      const { resource_changes } = JSON.parse(run('show', '-json', 'plan').stdout) as {
        resource_changes: readonly { readonly type: string; readonly mode: string }[];
      };
      const count = (type: string) => resource_changes.filter((change) => change.type === type).length;
      expect(
        Object.fromEntries(
          [
            'aws_lambda_function',
            'aws_sqs_queue',
            'aws_sqs_queue_policy',
            'aws_lambda_function_event_invoke_config',
            'aws_cloudwatch_metric_alarm',
          ].map((type) => [type, count(type)]),
        ),
      ).toEqual({
        aws_lambda_function: 8,
        aws_sqs_queue: 7,
        aws_sqs_queue_policy: 7,
        aws_lambda_function_event_invoke_config: 5,
        aws_cloudwatch_metric_alarm: 8,
      });
    },
    600_000,
  );
});

import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';
import { assemblyFolder } from '../unit/local/template/assembly-folder.ts';

/** The provider itself waits 25 seconds for each queue. */
const LIMIT_MS = 1_200_000;

const folder = mkdtempSync(path.join(tmpdir(), 'terraform-aws-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
copyFileSync(fileURLToPath(new URL('fixtures/aws-resources.tf', import.meta.url)), path.join(folder, 'main.tf'));
// The provider comes from where the CLI's own configuration says, such as a mirror.
const isAsked = process.env.RINGBACK_TERRAFORM_AWS === '1';
const isMissing =
  !isAsked || spawnSync('terraform', ['init', '-input=false'], { cwd: folder, timeout: 300_000 }).status !== 0;
// Where every test is skipped, nothing runs after them.
if (isMissing) rmSync(folder, { recursive: true, force: true });

function terraform(
  endpoint: string,
  generation: string,
  ...args: readonly string[]
): Promise<{ code: number | null; text: string }> {
  const env = { ...process.env, TF_VAR_endpoint: endpoint, TF_VAR_generation: generation, TF_IN_AUTOMATION: '1' };
  const child = spawn('terraform', [...args, '-no-color', '-input=false'], { cwd: folder, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve({ code, text })));
}

describe.skipIf(isMissing)(
  "Terraform's aws provider (runs by npm run test:terraform, where `terraform init` finds it)",
  () => {
    it(
      'applies, finds no drift, changes and destroys buckets, queues, tables, secrets, roles, rules, log groups and parameters',
      async () => {
        const cloud = await createLocalCloud();
        onTestFinished(() => cloud.stop());
        await cloud.deploy({ assembly: assemblyFolder({ Shop: GREETER }) });
        const failures: string[] = [];
        for (const [generation, ...args] of [
          ['1', 'apply', '-auto-approve'],
          ['1', 'plan', '-detailed-exitcode'],
          ['2', 'apply', '-auto-approve'],
          ['2', 'plan', '-detailed-exitcode'],
          ['2', 'destroy', '-auto-approve'],
        ] as const) {
          const { code, text } = await terraform(cloud.endpoint, generation, ...args);
          if (code !== 0)
            failures.push(`${args[0]} of generation ${generation} ended with ${code}: ${text.slice(-4_000)}`);
        }
        expect(failures).toEqual([]);
      },
      LIMIT_MS,
    );
  },
);

const GREETER = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Greeter: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'greeter',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => 1;' },
      },
    },
  },
};

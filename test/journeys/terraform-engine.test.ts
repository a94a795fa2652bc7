import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runStored } from '../../lib/cli/terraform/run-stored.ts';
import { openStoredOperation, storeOperation } from '../../lib/terraform/stored-operation.ts';
import { ACCOUNT, artifactOf, STATE_BUCKET, startLocalRuns, TRACER } from '../unit/terraform/local-run.ts';

const BINARY = process.env.RINGBACK_TERRAFORM ?? 'terraform';
const isMissing = spawnSync(BINARY, ['version']).status !== 0;
const SECRET = 'correct-horse-battery-staple';

const SHOP = {
  'main.tf': `
variable "size" {
  type    = string
  default = "small"
}
variable "zones" {
  type    = list(string)
  default = ["a"]
}
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "shop" {
  input = { size = var.size, zones = var.zones, password = var.password }
}
output "size" {
  value       = var.size
  description = "How large it is"
}
output "zones" { value = var.zones }
output "count" { value = length(var.zones) }
output "nothing" { value = null }
output "password" {
  value     = var.password
  sensitive = true
}
`,
};

const slow = (seconds: number, fails = false) => ({
  'main.tf': `
resource "terraform_data" "first" { input = "made" }
resource "terraform_data" "second" {
  input = terraform_data.first.output
  provisioner "local-exec" { command = "sleep ${seconds}${fails ? '; exit 3' : ''}" }
}
`,
});

describe.skipIf(isMissing)('the Terraform engine (runs where terraform is installed)', () => {
  let local: Awaited<ReturnType<typeof startLocalRuns>>;
  beforeAll(async () => {
    local = await startLocalRuns();
  });
  afterAll(() => local?.stop());

  const state = async (product?: string) => {
    const content = await local.store.read(local.keyOf(product));
    return content === undefined ? undefined : JSON.parse(content.toString('utf8'));
  };
  const isLocked = async (product?: string) => (await local.store.read(`${local.keyOf(product)}.tflock`)) !== undefined;

  it('provisions, keeps on an update what is not named, and terminates with what was kept', async () => {
    const made = await local.run({ files: SHOP, parameters: { size: '1.0', zones: '["a","b"]', password: SECRET } });
    expect(made).toEqual({
      kind: 'succeeded',
      details: {
        outputs: [
          { key: 'size', value: '1.0', description: 'How large it is' },
          { key: 'zones', value: ['a', 'b'] },
          { key: 'count', value: 2 },
          { key: 'password', value: '(sensitive value)' },
        ],
      },
    });
    expect((await state()).resources).toHaveLength(1);
    const changed = await local.run({ type: 'UPDATE_PROVISIONED_PRODUCT', files: SHOP, parameters: { size: 'null' } });
    expect(changed).toMatchObject({
      details: { outputs: [{ value: 'null' }, { value: ['a', 'b'] }, { value: 2 }, { value: '(sensitive value)' }] },
    });
    const ended = await local.run({ type: 'TERMINATE_PROVISIONED_PRODUCT' });
    expect(ended).toEqual({ kind: 'succeeded', details: {} });
    expect((await state()).resources).toEqual([]);
    expect(await local.store.read(`${local.keyOf()}.ringback/product.json`)).toBeUndefined();
    expect(await isLocked()).toBe(false);
    expect(local.lines.join('\n')).not.toContain(SECRET);
    expect(local.lines.join('\n')).toContain('terraform_data.shop');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`ringback-terraform-${process.pid}-`))).toEqual([]);
  });

  it('names resource, file and line of what failed, keeps what was made, and answers with the identifier', async () => {
    const failed = await local.run({ product: 'pp-2', files: slow(0, true) });
    expect(failed).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/terraform_data\.second.*main\.tf line 5/s),
      details: { resourceIdentifier: { value: 'pp-2' } },
    });
    expect(failed).toMatchObject({ reason: expect.stringContaining('[apply, for the product author to mend]') });
    expect((await state('pp-2')).resources.length).toBeGreaterThan(0);
    const mended = await local.run({ product: 'pp-2', type: 'UPDATE_PROVISIONED_PRODUCT', files: slow(0) });
    expect(mended.kind).toBe('succeeded');
  });

  it('destroys with the configuration that stands when a later one was broken', async () => {
    expect((await local.run({ product: 'pp-3', files: slow(0) })).kind).toBe('succeeded');
    const broken = { 'main.tf': 'resource "terraform_data" "x" { input = var.missing }' };
    const failed = await local.run({ product: 'pp-3', type: 'UPDATE_PROVISIONED_PRODUCT', files: broken });
    expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringContaining('main.tf line 1') });
    expect((await local.run({ product: 'pp-3', type: 'TERMINATE_PROVISIONED_PRODUCT' })).kind).toBe('succeeded');
    expect((await state('pp-3')).resources).toEqual([]);
  });

  it('does not follow what its author left of a state, a backend or a workspace', async () => {
    const left = { version: 4, terraform_version: '1.5.0', serial: 9, lineage: 'other', outputs: {}, resources: [] };
    const files = {
      ...slow(0),
      'terraform.tfstate': JSON.stringify(left),
      '.terraform/environment': 'staging',
      '.terraform/terraform.tfstate': JSON.stringify({
        version: 3,
        backend: { type: 'local', config: { path: 'elsewhere.tfstate', workspace_dir: null }, hash: 1 },
      }),
    };
    expect((await local.run({ product: 'pp-left', files })).kind).toBe('succeeded');
    expect((await state('pp-left')).resources).toHaveLength(2);
  });

  it('stops Terraform before the time is over, so that state and lock survive', async () => {
    const late = await local.run({ product: 'pp-4', files: slow(30), limitMs: 9_000 });
    expect(late).toMatchObject({ kind: 'failed', reason: expect.stringContaining('[timeout') });
    expect((await state('pp-4')).resources.map(({ name }: { name: string }) => name)).toContain('first');
    expect(await isLocked('pp-4')).toBe(false);
  });

  it('shows the plan to beforeApply, which may refuse it', async () => {
    const seen: unknown[] = [];
    const hooks = {
      beforeApply({ plan }: { plan: unknown }) {
        seen.push((plan as { resource_changes: object[] }).resource_changes.length);
        return seen.length === 1 ? 'too dear' : undefined;
      },
    };
    const refused = await local.run({ product: 'pp-5', files: slow(0), hooks });
    expect(refused).toMatchObject({ kind: 'failed', reason: expect.stringContaining('too dear') });
    expect(await state('pp-5')).toBeUndefined();
    expect((await local.run({ product: 'pp-5', files: slow(0), hooks })).kind).toBe('succeeded');
    expect(seen).toEqual([2, 2]);
  });

  it('releases the lock of a run that died, and respects that of somebody else', async () => {
    const key = `${local.keyOf('pp-6')}.tflock`;
    const died = { ringback: 1, recordId: 'rec-dead', machine: 'elsewhere', pid: 1, until: Date.now() - 1 };
    await local.store.write(key, JSON.stringify({ ID: 'a', Who: 'ringback', Info: JSON.stringify(died) }));
    expect((await local.run({ product: 'pp-6', files: slow(0) })).kind).toBe('succeeded');
    await local.store.write(key, JSON.stringify({ ID: 'b', Who: 'ann@laptop', Operation: 'OperationTypeApply' }));
    const refused = await local.run({ product: 'pp-6', type: 'UPDATE_PROVISIONED_PRODUCT', files: slow(0) });
    expect(refused).toMatchObject({ kind: 'failed', reason: expect.stringContaining('locked by ann@laptop') });
    expect(await isLocked('pp-6')).toBe(true);
  });

  it('goes on after Terraform was killed in the middle of an apply', async () => {
    const running = local.run({ product: 'pp-7', files: slow(20) });
    // The pid of the shell that sleeps for this product tells Terraform's: it is its parent's.
    await expect.poll(() => killTerraform('sleep 20'), { timeout: 30_000 }).toBe(true);
    expect(await running).toMatchObject({ kind: 'failed' });
    expect(await isLocked('pp-7')).toBe(false);
    expect((await local.run({ product: 'pp-7', type: 'UPDATE_PROVISIONED_PRODUCT', files: slow(0) })).kind).toBe(
      'succeeded',
    );
    expect((await state('pp-7')).resources).toHaveLength(2);
  });

  it('runs an operation that was stored with its artifact, as a build does, and removes it', async () => {
    for (const [name, value] of Object.entries(local.env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const operation = {
      id: 'rec-build',
      type: 'PROVISION_PRODUCT' as const,
      provisionedProduct: { id: 'pp-8', name: 'shop' },
      productId: undefined,
      provisioningArtifactId: undefined,
      accountId: ACCOUNT,
      launchRoleArn: undefined,
      tracerTag: { key: TRACER, value: 'pp-8' },
      tags: {},
      parameters: { password: SECRET },
      artifact: 's3://sc-artifacts/shop',
    };
    const callback = { service: 'servicecatalog', id: 'rec-build', region: 'us-east-1' };
    const settings = { stateBucket: STATE_BUCKET };
    const { signal } = new AbortController();
    const artifact = await artifactOf(SHOP);
    const reference = await storeOperation({ operation, settings, callback }, artifact, local.connection, signal);
    expect(reference).not.toContain(SECRET);
    const stored = await openStoredOperation(reference, local.connection);
    expect(stored.callback).toEqual(callback);
    const outcome = await runStored(stored, { hooksFile: undefined, endsAt: Date.now() + 60_000, log: local.log });
    expect(outcome).toMatchObject({ kind: 'succeeded', details: { outputs: [{ value: 'small' }, {}, {}, {}] } });
    await stored.remove();
    await expect(openStoredOperation(reference, local.connection)).rejects.toThrow('there is no operation at');
    expect((await state('pp-8')).resources).toHaveLength(1);
  });
});

/** Kills the Terraform whose provisioner runs a command; tells whether there was one. */
function killTerraform(command: string): boolean {
  const { stdout } = spawnSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
  const shell = rows.find(([, , , args = '']) => args.includes('-c') && args.endsWith(command));
  if (shell?.[2] === undefined) return false;
  process.kill(Number(shell[2]), 'SIGKILL');
  return true;
}

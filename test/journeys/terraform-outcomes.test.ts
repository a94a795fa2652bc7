import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createS3Client, readBody } from '../../lib/aws/s3/index.ts';
import type { EngineFailure } from '../../lib/terraform/index.ts';
import { STATE_BUCKET, startLocalRuns } from '../unit/terraform/local-run.ts';
import { findTerraform, watchedTerraform } from './terraform-stage.ts';

const terraform = findTerraform();
const SECRET = 'Tr0ub4dor "& 3"';

/** Fails in an apply, in ways that would show the secret. */
const LEAKS = {
  'main.tf': `
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "login" {
  input = var.password
  provisioner "local-exec" {
    command     = "echo \\"$PASSWORD\\"; echo \\"$PASSWORD\\" >&2"
    environment = { PASSWORD = nonsensitive(var.password) }
  }
}
resource "terraform_data" "check" {
  input = terraform_data.login.id
  lifecycle {
    postcondition {
      condition     = self.output == "never"
      error_message = "the password is \${nonsensitive(var.password)}"
    }
  }
}
`,
};

const WELL = { 'main.tf': 'resource "terraform_data" "x" { input = 1 }\noutput "x" { value = 1 }\n' };
const BAD = { 'main.tf': 'resource "terraform_data" "x" {\n  provisioner "local-exec" { command = "exit 3" }\n}\n' };

describe.skipIf(terraform === undefined)('outcomes of the Terraform engine (run where terraform is installed)', () => {
  let local: Awaited<ReturnType<typeof startLocalRuns>>;
  const folder = mkdtempSync(path.join(tmpdir(), 'terraform-outcomes-'));
  beforeAll(async () => {
    local = await startLocalRuns();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await local?.stop();
  });

  async function keysWith(text: string): Promise<readonly string[]> {
    const client = createS3Client({ connection: local.connection });
    const location = { bucket: STATE_BUCKET, key: '' };
    const action = 's3:ListBucket';
    const listed = await readBody(await client.send({ location, action, method: 'GET', query: 'list-type=2' }), action);
    const keys = [...String(listed).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
    const contents = await Promise.all(keys.map((key) => local.store.read(key)));
    return keys.filter((_, at) => contents[at]?.includes(text));
  }

  it('show a secret of a failing apply nowhere but in the state and the kept parameters', async () => {
    const seen: string[] = [];
    const unsubscribe = local.cloud.events.onAny((...event) => void seen.push(JSON.stringify(event)));
    onTestFinished(unsubscribe);
    const told: EngineFailure[] = [];
    const failed = await local.run({
      product: 'leaks',
      files: LEAKS,
      parameters: { password: SECRET },
      hooks: { afterFailure: ({ failure }) => void told.push(failure) },
    });
    expect(failed).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/terraform_data\.check.*the password is \[withheld\]/s),
    });
    const forms = [SECRET, JSON.stringify(SECRET).slice(1, -1)];
    for (const text of [JSON.stringify(failed), local.lines.join('\n'), String(told[0]), seen.join('\n')]) {
      expect(text).not.toBe('');
      for (const form of forms) expect(text).not.toContain(form);
    }
    const place = local.keyOf('leaks');
    expect(await keysWith('Tr0ub4dor')).toEqual([place, `${place}.ringback/product.json`]);
    expect((await local.run({ product: 'leaks', type: 'TERMINATE_PROVISIONED_PRODUCT' })).kind).toBe('succeeded');
    expect(await keysWith('Tr0ub4dor')).toEqual([]);
  });

  it.each([
    ['afterApply', WELL, { kind: 'succeeded', details: { outputs: [{ key: 'x', value: 1 }] } }],
    ['afterFailure', BAD, { kind: 'failed', reason: expect.stringContaining('terraform_data.x') }],
  ] as const)('stay as they are when %s throws, which is logged', async (hook, files, outcome) => {
    const called: string[] = [];
    const fail = (name: string) => () => {
      called.push(name);
      throw new Error(`${name} is broken`);
    };
    const hooks = { afterApply: fail('afterApply'), afterFailure: fail('afterFailure') };
    expect(await local.run({ product: hook, files, hooks })).toMatchObject(outcome);
    expect(called).toEqual([hook]);
    expect(local.lines.join('\n')).toContain(`${hook} failed; the outcome stays`);
  });

  it('refer to sensitive outputs as SecureString parameters, which a termination removes', async () => {
    const settings = { sensitiveOutputs: { parameterStorePrefix: '/products/' } };
    const files = {
      'main.tf': `
resource "terraform_data" "x" { input = "s3cret-value" }
output "login" {
  value     = terraform_data.x.output
  sensitive = true
}
output "pair" {
  value     = { a = terraform_data.x.output }
  sensitive = true
}
output "open" { value = "open" }
`,
    };
    const made = await local.run({ product: 'pp-s', files, settings });
    expect(made).toMatchObject({
      details: {
        outputs: [
          { key: 'login', value: 'ssm:/products/pp-s/login' },
          { key: 'pair', value: 'ssm:/products/pp-s/pair' },
          { key: 'open', value: 'open' },
        ],
      },
    });
    const read = (name: string) =>
      local.cloud.ask('ssm', 'GetParameter', { Name: `/products/pp-s/${name}`, WithDecryption: true });
    expect(await read('login')).toMatchObject({ Parameter: { Type: 'SecureString', Value: 's3cret-value' } });
    expect(await read('pair')).toMatchObject({ Parameter: { Value: '{"a":"s3cret-value"}' } });
    await local.run({ product: 'pp-s', type: 'TERMINATE_PROVISIONED_PRODUCT', settings });
    await expect(read('login')).rejects.toThrow();
    await expect(read('pair')).rejects.toThrow();
  });

  /** A program that speaks as another one, and passes on to Terraform: a stand-in, where the other cannot be had. */
  function standIn(name: string, lines: readonly string[]): string {
    const file = path.join(folder, name);
    writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
    return file;
  }
  const speaks = (field: string, version: string) =>
    `${terraform} "$@" | sed 's/"terraform":"[0-9.]*"/"${field}":"${version}"/'`;

  it.each([
    ['tofu', '1.10.0', 'succeeded'],
    ['tofu', '1.9.4', 'tofu 1.9.4 is too old: the engine needs at least 1.10'],
    ['terraform', '1.9.8', 'terraform 1.9.8 is too old: the engine needs at least 1.10'],
    ['terraform', '2.0.0', 'succeeded'],
  ])('of a program that calls itself %s %s: %s', async (field, version, expected) => {
    const binary = standIn(`${field}-${version}`, [speaks(field, version)]);
    const product = `${field}-${version}`;
    const outcome = await local.run({ product, files: WELL, binary });
    if (expected === 'succeeded') expect(outcome).toMatchObject({ kind: expected });
    else {
      expect(outcome).toMatchObject({ reason: `${expected} [internal, for the engine to mend]` });
      expect(await local.store.read(`${local.keyOf(product)}.ringback/product.json`)).toBeUndefined();
    }
  });

  it.each([
    ['is missing', path.join(tmpdir(), 'no-such-terraform'), /no-such-terraform could not be started: .*not found/],
    ['may not be run', path.join(folder, 'plain'), /plain could not be started: .*[Pp]ermission denied/],
  ])('of a program that %s name it', async (_, binary, reason) => {
    writeFileSync(path.join(folder, 'plain'), '', { mode: 0o600 });
    const outcome = await local.run({ product: 'none', files: WELL, binary });
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(reason) });
  });

  it('tell of a stop in the middle of an apply; Terraform saves what is made, and an update takes up the rest', async () => {
    const watched = watchedTerraform(terraform ?? '');
    onTestFinished(watched.remove);
    const files = (seconds: number) => ({
      'main.tf': `resource "terraform_data" "a" { input = 1 }\nresource "terraform_data" "b" {\n  input = terraform_data.a.id\n  provisioner "local-exec" { command = "sleep ${seconds}" }\n}\n`,
    });
    const controller = new AbortController();
    const running = local.run({ product: 'stopped', files: files(60), signal: controller.signal });
    await expect
      .poll(() => local.lines.some((line) => /apply start.*terraform_data\.b"/.test(line)), { timeout: 30_000 })
      .toBe(true);
    controller.abort(new Error('the build was stopped'));
    expect(await running).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^terraform apply was stopped .*an update takes up the rest \[timeout/),
    });
    const names = async () =>
      JSON.parse(String(await local.store.read(local.keyOf('stopped')))).resources.map(
        ({ name }: { name: string }) => name,
      );
    expect(await names()).toEqual(['a', 'b']);
    const updated = await local.run({ product: 'stopped', type: 'UPDATE_PROVISIONED_PRODUCT', files: files(0) });
    expect(updated.kind).toBe('succeeded');
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of Terraform's language
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startLocalRuns } from './local-run.ts';

/*
 * What authors' own runs and editors leave in an artifact, what stands damaged in the bucket, and programs that print
 * what Terraform would not. Terraform itself is asked where it is installed.
 */

const hasTerraform = spawnSync('terraform', ['version']).status === 0;
const DATA = 'resource "terraform_data" "a" {\n  input = "x"\n}\n';
const FAILS = 'resource "terraform_data" "b" {\n  provisioner "local-exec" { command = "exit 3" }\n}\n';
const STATE = '{"version":4,"terraform_version":"1.10.0","serial":1,"lineage":"a","outputs":{},"resources":[]}';

let local: Awaited<ReturnType<typeof startLocalRuns>>;
beforeAll(async () => {
  local = await startLocalRuns();
});
afterAll(() => local.stop());

const stateOf = async (product: string) => String(await local.store.read(local.keyOf(product)));

/** A program that stands in for Terraform. */
async function program(body: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stand-in-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'terraform');
  await writeFile(file, `#!/bin/bash\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

describe.runIf(hasTerraform)('an artifact', { timeout: 120_000 }, () => {
  it.each([
    ['at its root', ''],
    ['in its one folder', 'shop/'],
  ])('with a state that an author could not save, %s, does not change that of the product', async (place, folder) => {
    const product = `errored-${place.length}`;
    await local.run({ product, files: { [`${folder}main.tf`]: DATA } });
    const before = JSON.parse(await stateOf(product));
    const left = '{"version":4,"serial":99,"lineage":"of another","outputs":{},"resources":[]}';
    const files = { [`${folder}main.tf`]: DATA + FAILS, [`${folder}errored.tfstate`]: left };
    const end = await local.run({ product, type: 'UPDATE_PROVISIONED_PRODUCT', files });
    expect(end.kind).toBe('failed');
    expect(JSON.parse(await stateOf(product))).toMatchObject({ lineage: before.lineage });
  });

  it.each(['zzz_override.tf', '\u{10FFFD}_override.tf', 'zz_ringback_backend_override.tf.json'])(
    'does not put its state elsewhere by %s',
    async (name) => {
      const product = `elsewhere-${name.length}`;
      const hcl = 'terraform {\n  backend "local" {}\n}\n';
      const content = name.endsWith('.json') ? '{"terraform": {"backend": {"local": {}}}}' : hcl;
      expect(await local.run({ product, files: { 'main.tf': DATA, [name]: content } })).toMatchObject({
        kind: 'succeeded',
      });
      expect(JSON.parse(await stateOf(product)).resources).toHaveLength(1);
    },
  );

  it('is read as Terraform reads it: with names that begin with a #, and without folders named like files', async () => {
    const files = {
      'main.tf': DATA,
      '#more.tf': 'variable "names" { type = list(string) }\noutput "names" { value = var.names }\n',
      'old.tf/main.tf': 'junk',
    };
    expect(await local.run({ product: 'names', files, parameters: { names: '["a"]' } })).toMatchObject({
      details: { outputs: [{ key: 'names', value: ['a'] }] },
    });
  });

  it('in JSON has every block that stands there, and every digit', async () => {
    const files = {
      'main.tf.json':
        '{"variable": {"a": {"type": "list(string)"}}, "variable": {"b": {"default": 12345678901234567890}},' +
        ' "output": {"o": {"value": "${var.a[0]} ${var.b}"}}}',
    };
    expect(await local.run({ product: 'json', files, parameters: { a: '["1"]' } })).toMatchObject({
      details: { outputs: [{ key: 'o', value: '1 12345678901234567890' }] },
    });
  });

  it('may name a provider like a member of every object; Terraform says what is wrong with it', async () => {
    const main =
      'terraform {\n  required_providers {\n    __proto__ = { source = "hashicorp/aws" }\n  }\n}\nprovider "__proto__" {}\n';
    expect(await local.run({ product: 'proto', files: { 'main.tf': main } })).toMatchObject({
      reason: expect.stringContaining('Invalid provider'),
    });
  });
});

describe('what is kept in the bucket', () => {
  it.each([
    '{"version": 1, "applied": {"parameters": {"password": "hunter2222"',
    '',
    'null',
    '{"version":1,"applied":{}}',
  ])('and is damaged is named, with what to do, and never quoted: %j', async (content) => {
    await local.store.write(local.keyOf('damaged'), STATE);
    await local.store.write(`${local.keyOf('damaged')}.ringback/product.json`, content);
    const end = await local.run({ product: 'damaged', type: 'TERMINATE_PROVISIONED_PRODUCT' });
    expect(end).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(
        /^s3:\/\/terraform-states\/123456789012\/damaged\.ringback\/product\.json, where .* is damaged; put back/,
      ),
    });
    expect(JSON.stringify(end)).not.toContain('hunter2222');
  });

  it('as a state that could not be saved, and is none, is left where it is', async () => {
    const errored = `${local.keyOf('none')}.ringback/errored.tfstate`;
    await local.store.write(local.keyOf('none'), STATE);
    await local.store.write(errored, '{"resources": [hunter2222');
    expect(await local.run({ product: 'none', type: 'TERMINATE_PROVISIONED_PRODUCT' })).toMatchObject({
      reason: expect.stringContaining(`what is kept at s3://terraform-states/${errored} is no state that can be read`),
    });
    expect(await stateOf('none')).toBe(STATE);
    expect(String(await local.store.read(errored))).toContain('hunter2222');
  });
});

describe('a program that stands in for Terraform', () => {
  it.each([
    ['nulls', `'{"type":null,"hook":null,"diagnostic":null,"outputs":null}'`],
    ['a version that is a number', `'{"terraform":1.11}'`],
    ['a problem of other kinds', `'{"diagnostic":{"severity":"error","summary":5,"detail":{},"range":{"start":1}}}'`],
    ['outputs that are none', `'{"type":"outputs","outputs":[1]}' '{"type":"outputs","outputs":{"o":null}}'`],
  ])('may write messages with %s', async (_, lines) => {
    const binary = await program(`printf '%s\\n' ${lines}; exit 1`);
    expect(await local.run({ product: 'junk', binary, files: { 'main.tf': '' } })).toMatchObject({
      reason: expect.stringMatching(/^terraform init (ended with 1: it said nothing|failed: an error)/),
    });
  });

  it('may write a hundred megabytes without the end of a line', { timeout: 30_000 }, async () => {
    const binary = await program("head -c 100000000 /dev/zero | tr '\\0' x; exit 1");
    expect(await local.run({ product: 'long', binary, files: { 'main.tf': '' } })).toMatchObject({
      reason: expect.stringMatching(/^terraform init ended with 1: …x+ \[internal/),
    });
  });
});

describe.runIf(hasTerraform)('sensitive outputs in the parameter store', { timeout: 120_000 }, () => {
  const settings = { sensitiveOutputs: { parameterStorePrefix: '/products' } };
  const outputsOf = async (product: string, outputs: string, type?: 'UPDATE_PROVISIONED_PRODUCT') =>
    local.run({ product, settings, files: { 'main.tf': outputs }, ...(type === undefined ? {} : { type }) });
  const secret = (name: string, value: string) => `output "${name}" {\n  sensitive = true\n  value = ${value}\n}\n`;

  it('may have names of any script, and be long', async () => {
    const long = 'join("", [for i in range(1000) : "abcdef"])';
    expect(await outputsOf('long', secret('schlüssel', '"x"') + secret('long', long))).toMatchObject({
      details: {
        outputs: [
          { key: 'schlüssel', value: 'ssm:/products/long/schl.C3.BCssel' },
          { key: 'long', value: 'ssm:/products/long/long' },
        ],
      },
    });
  });

  it('are left out where they are empty', async () => {
    expect(await outputsOf('empty', secret('password', '"x"'))).toMatchObject({
      details: { outputs: [{ key: 'password' }] },
    });
    expect(await outputsOf('empty', secret('password', '""'), 'UPDATE_PROVISIONED_PRODUCT')).toEqual({
      kind: 'succeeded',
      details: {},
    });
  });

  it('that are too long are named', async () => {
    const long = 'join("", [for i in range(1000) : "abcdefghij"])';
    expect(await outputsOf('too-long', secret('password', long))).toMatchObject({
      reason: expect.stringContaining(
        'everything is applied, but the sensitive output password of 10000 characters could not be stored as /products/too-long/password',
      ),
    });
  });
});

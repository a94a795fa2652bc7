// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of Terraform's language
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readConfiguration } from '../../../lib/terraform/configuration/read-configuration.ts';
import { readParameters } from '../../../lib/terraform/index.ts';
import { backendOverride, providerOverride } from '../../../lib/terraform/overrides.ts';
import { writeVariables } from '../../../lib/terraform/variables-file.ts';

async function configurationOf(content: string, name = 'main.tf') {
  const folder = await mkdtemp(path.join(tmpdir(), 'terraform-overrides-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, name), content);
  return { folder, configuration: await readConfiguration(folder) };
}

const SETTINGS = {
  launchRoleArn: 'arn:aws:iam::1:role/Launch',
  sessionName: 'pp-1',
  tags: { team: '${a}', tracer: 'pp-1' },
};
const ROLE = [{ role_arn: 'arn:aws:iam::1:role/Launch', session_name: 'pp-1' }];
const TAGS = [{ tags: { team: '$${a}', tracer: 'pp-1' } }];

it.each([
  ['a bare block', 'provider "aws" { region = "eu-west-1" }', [{ assume_role: ROLE, default_tags: TAGS }]],
  [
    'aliases and own tags',
    'provider "aws" {\n  alias = "west"\n  default_tags {\n    tags = merge(local.t, { "x" = "${var.y}" })\n  }\n}\nprovider "random" {}',
    [
      {
        alias: 'west',
        assume_role: ROLE,
        default_tags: [
          { tags: '${merge(merge(local.t, { "x" = "${var.y}" }), { "team" = "$${a}", "tracer" = "pp-1" })}' },
        ],
      },
    ],
  ],
])('overrides %s', async (_, content, blocks) => {
  const { configuration } = await configurationOf(content);
  expect(providerOverride(configuration, SETTINGS, false)).toEqual({ provider: { aws: blocks } });
});

it('overrides blocks in JSON, and a local name of another spelling', async () => {
  const json = {
    terraform: { required_providers: { amazon: { source: 'hashicorp/aws' } } },
    provider: { amazon: [{ alias: 'a' }, { default_tags: { tags: { own: '1' } } }] },
  };
  const { configuration } = await configurationOf(JSON.stringify(json), 'main.tf.json');
  expect(providerOverride(configuration, SETTINGS, false)).toMatchObject({
    provider: {
      amazon: [
        { alias: 'a', assume_role: ROLE },
        { default_tags: [{ tags: '${merge({"own":"1"}, { "team" = "$${a}", "tracer" = "pp-1" })}' }] },
      ],
    },
  });
});

it('adds a provider only where it is asked to', async () => {
  const { configuration } = await configurationOf('resource "terraform_data" "x" {}');
  expect(providerOverride(configuration, SETTINGS, false)).toBeUndefined();
  expect(providerOverride(configuration, SETTINGS, true)).toEqual({
    provider: { aws: [{ assume_role: ROLE, default_tags: TAGS }] },
  });
});

it('refuses default tags that a dynamic block makes, naming file and line', async () => {
  const { configuration } = await configurationOf(
    '\nprovider "aws" {\n  dynamic "default_tags" {\n    for_each = [1]\n    content { tags = {} }\n  }\n}',
  );
  expect(() => providerOverride(configuration, SETTINGS, false)).toThrow('main.tf line 2');
});

it('keeps state in S3, encrypted, with a lock', () => {
  expect(backendOverride({ bucket: 'states', key: '1/pp-1', region: 'eu-west-1', kmsKeyArn: 'arn:k' })).toEqual({
    terraform: {
      backend: {
        s3: {
          bucket: 'states',
          key: '1/pp-1',
          region: 'eu-west-1',
          encrypt: true,
          use_lockfile: true,
          skip_credentials_validation: true,
          skip_requesting_account_id: true,
          kms_key_id: 'arn:k',
        },
      },
    },
  });
});

it.each([
  ['string', '1.0', '"1.0"'],
  ['string', 'null', '"null"'],
  ['number', '007', '"007"'],
  ['number', 'null', 'null'],
  ['list(string)', '["a", "${b}"]', '["a", "${b}"]'],
  ['any', '{"a": 1}', '{"a": 1}'],
  ['any', 'plain', '"plain"'],
])('writes the value of a %s, %s, as %s', async (type, text, written) => {
  const { folder, configuration } = await configurationOf(`variable "x" { type = ${type} }`);
  const file = await writeVariables(folder, configuration.variables, { x: text, unknown: '1' });
  expect(await readFile(file, 'utf8')).toBe(`{"x": ${written}}`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('takes HCL for a complex type, but nothing that would set another variable', async () => {
  const { folder, configuration } = await configurationOf('variable "x" { type = map(string) }');
  const file = await writeVariables(folder, configuration.variables, { x: '{ a = "b" }' });
  expect(await readFile(file, 'utf8')).toBe('{"x": {"a":"b"}}');
  for (const x of ['{}\ny = 1', '{})\ny = (1', 'secret-text']) {
    const refused = writeVariables(folder, configuration.variables, { x });
    await expect(refused).rejects.toThrow('the parameter x must be of the type map(string)');
    await expect(refused).rejects.not.toThrow('secret-text');
  }
});

it('keeps region, aliases and own tags of what override files and JSON say of a provider', async () => {
  const { folder } = await configurationOf(
    'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias = "dr"\n}',
  );
  const files = {
    'more.tf.json': {
      provider: { aws: [{ alias: 'us', region: 'us-east-1', default_tags: { tags: '${local.tags}' } }] },
    },
    'a_override.tf.json': { provider: { aws: { alias: 'dr', default_tags: [{ tags: { own: 'a' } }] } } },
  };
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(folder, name), JSON.stringify(content));
  await writeFile(
    path.join(folder, 'override.tf'),
    'provider "aws" {\n  default_tags {\n    tags = { own = "b" }\n  }\n}\n',
  );
  const ours = '{ "team" = "$${a}", "tracer" = "pp-1" }';
  const blockOf = (alias: object, own: string) => ({
    ...alias,
    assume_role: ROLE,
    default_tags: [{ tags: `\${merge(${own}, ${ours})}` }],
  });
  // No region stands in any: an override leaves arguments alone that it does not name.
  expect(providerOverride(await readConfiguration(folder), SETTINGS, false)).toEqual({
    provider: {
      aws: [
        blockOf({}, '{ own = "b" }'),
        blockOf({ alias: 'dr' }, '{"own":"a"}'),
        blockOf({ alias: 'us' }, 'local.tags'),
      ],
    },
  });
});

it('leaves the aws name to whom required_providers give it, and others alone', async () => {
  const { configuration } = await configurationOf(
    'terraform {\n  required_providers {\n    aws = { source = "example.com/other/aws" }\n    amazon = { source = "registry.terraform.io/hashicorp/aws" }\n  }\n}\nprovider "aws" {}\nprovider "amazon" {}\nprovider "random" {}',
  );
  expect(providerOverride(configuration, SETTINGS, true)).toEqual({
    provider: { amazon: [{ assume_role: ROLE, default_tags: TAGS }] },
  });
});

it.each([
  ['default = true', 'true', 'any', 'true'],
  ['default = 5', '7', 'any', '7'],
  ['default = 5', 'seven', 'any', '"seven"'],
  ['default = ["a"]', '["b"]', 'any', '["b"]'],
  ['default = "true"', 'true', 'string', '"true"'],
  ['default = null', '5', 'string', '"5"'],
  ['', '5', 'string', '"5"'],
])(
  'takes a variable without a type, with %s, for what its default is: %s is %s, written %s',
  async (body, text, type, written) => {
    const { folder, configuration } = await configurationOf(`variable "x" {\n  ${body}\n}`);
    expect(await readParameters(folder)).toMatchObject([{ key: 'x', type }]);
    const file = await writeVariables(folder, configuration.variables, { x: text });
    expect(await readFile(file, 'utf8')).toBe(`{"x": ${written}}`);
  },
);

it('keeps what templates of JSON say within quotes, and what they escape', async () => {
  const tags = { owner: '${var.owners["shop"]}', '${var.key}': 'a "b" $${c}\n\f', all: '%{ if true }"x"%{ endif }' };
  const json = { provider: { aws: { default_tags: { tags } } } };
  const { configuration } = await configurationOf(JSON.stringify(json), 'main.tf.json');
  expect(providerOverride(configuration, { ...SETTINGS, tags: { 'a"\f': '\\' } }, false)).toMatchObject({
    provider: {
      aws: [
        {
          default_tags: [
            {
              tags: '${merge({"owner":"${var.owners["shop"]}","${var.key}":"a \\"b\\" $${c}\\n\\u000c","all":"%{ if true }\\"x\\"%{ endif }"}, { "a\\"\\u000c" = "\\\\" })}',
            },
          ],
        },
      ],
    },
  });
});

it('refuses default tags that a dynamic block of JSON makes', async () => {
  const json = { provider: { aws: { dynamic: { default_tags: { for_each: [1], content: { tags: {} } } } } } };
  const { configuration } = await configurationOf(JSON.stringify(json, null, 1), 'main.tf.json');
  expect(() => providerOverride(configuration, SETTINGS, false)).toThrow('main.tf.json line 3');
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of Terraform's language
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readParameters } from '../../../lib/terraform/index.ts';
import { unpackModule } from '../../../lib/terraform/workspace.ts';
import { artifactOf } from './local-run.ts';

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'terraform-parameters-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return folder;
}

const parametersOf = async (files: Readonly<Record<string, string>>) => readParameters(await folderOf(files));
const one = async (body: string) => (await parametersOf({ 'a.tf': `variable "x" {\n${body}\n}\n` }))[0];

it.each([
  ['nothing', '', { type: 'string', defaultValue: '', description: '', isNoEcho: false }],
  ['a text', 'default = "a \\"b\\" $${c} \\u00e9"', { defaultValue: 'a "b" ${c} é' }],
  ['a number', 'type = number\ndefault = -1.50', { type: 'number', defaultValue: '-1.5' }],
  ['a flag', 'type = bool\ndefault = true', { defaultValue: 'true' }],
  ['null', 'default = null', { defaultValue: '' }],
  [
    'a list',
    'type = list(string)\ndefault = [\n  "hello", # first\n  "world",\n]',
    { defaultValue: '["hello","world"]' },
  ],
  ['a map', 'default = { k2 = "v", "k1" : [1, true, null] }', { defaultValue: '{"k1":[1,true,null],"k2":"v"}' }],
  [
    'a heredoc',
    'default = <<-EOT\n    one\n      two }\n  EOT\n  sensitive = true',
    { defaultValue: 'one\n  two }\n', isNoEcho: true },
  ],
  [
    'optional members',
    'type = object({\n  a = optional(string, "}")\n  b = number\n})',
    { type: 'object({\n  a = optional(string, "}")\n  b = number\n})' },
  ],
  ['a quoted type', 'type = "list"', { type: 'list' }],
  [
    'a nested block',
    'description = "d"\nvalidation {\n  condition = var.x != "${1}"\n  error_message = "no { brace"\n}',
    { description: 'd' },
  ],
])('reads a variable with %s', async (_, body, expected) => {
  expect(await one(body)).toMatchObject({ key: 'x', ...expected });
});

it('lists variables by file and line, of .tf and .tf.json, with byte order mark and CRLF', async () => {
  const files = {
    'b.tf': '\uFEFFvariable "z" {}\r\n/* variable "no" {} */\r\nvariable "y" { default = "q" }\r\n',
    'a.tf.json': '{"variable": {"w": {"type": "list(string)", "default": ["a"], "sensitive": true}}}',
    'c.txt': 'variable "no" {}',
  };
  expect(await parametersOf(files)).toEqual([
    { key: 'w', type: 'list(string)', defaultValue: '["a"]', description: '', isNoEcho: true },
    { key: 'z', type: 'string', defaultValue: '', description: '', isNoEcho: false },
    { key: 'y', type: 'string', defaultValue: 'q', description: '', isNoEcho: false },
  ]);
});

it('merges override files into what they override, and no others', async () => {
  const files = {
    'main.tf': 'variable "x" {\n  default = "a"\n  description = "d"\n}',
    'a_override.tf': 'variable "x" { default = "b" }',
    'override.tf.json': '{"variable": {"x": {"sensitive": true}}}',
    'myoverride.tf': 'variable "y" {}',
  };
  expect(await parametersOf(files)).toMatchObject([
    { key: 'x', defaultValue: 'b', description: 'd', isNoEcho: true },
    { key: 'y' },
  ]);
});

it.each([
  ['variable "x" {\n  default = [1\n}\n', 'main.tf line 3, column 1: the } closes nothing'],
  ['variable "x" {\n', 'main.tf line 1, column 14: the block does not end: a } is missing'],
  ['variable "x" {\n  default = "a\n}\n', 'main.tf line 2, column 13: the quoted text does not end on its line'],
  ['x = <<EOT\nno end', 'main.tf line 1, column 5: the heredoc does not end: no line holds EOT alone'],
])('names line and column of what is broken: %j', async (content, message) => {
  await expect(parametersOf({ 'main.tf': content })).rejects.toThrow(message);
});

it('reads every block of JSON, also of one name, and every digit of a number', async () => {
  const main =
    '{"variable": {"a": {"default": 12345678901234567890}},\n"variable": [{"b": {"default": {"x": 1e400}}}, {"c": {}}]}';
  expect(await parametersOf({ 'main.tf.json': main })).toMatchObject([
    { key: 'a', defaultValue: '12345678901234567890' },
    { key: 'b', defaultValue: '{"x":1e400}' },
    { key: 'c' },
  ]);
});

it.each([
  ['as variables of one name', '{"variable": {"x": {}},\n "variable": {"x": {}}}'],
  ['behind a text like their name', '{"variable": {"x": {"description": "x"},\n "x": {}}}'],
])('names the place of variables of JSON that are declared twice, %s', async (_, main) => {
  await expect(parametersOf({ 'main.tf.json': main })).rejects.toThrow(
    'main.tf.json line 2: the variable "x" is declared already, in main.tf.json line 1',
  );
});

it('names line and column of broken JSON', async () => {
  await expect(parametersOf({ 'main.tf.json': '{\n  "variable": }\n' })).rejects.toThrow(
    /^main\.tf\.json line 2, column 15: not JSON/,
  );
});

it.each([
  [{ 'main.tf': '' }, ''],
  [{ 'shop-1.0/main.tf': '', 'README.md': '' }, 'shop-1.0'],
])('finds the module of %j', async (files, place) => {
  const folder = await folderOf({});
  const found = await unpackModule(await artifactOf(files), folder, 's3://b/k', new AbortController().signal);
  expect(path.relative(folder, found)).toBe(place);
});

it('says what was found where there is no configuration', async () => {
  const bytes = await artifactOf({ 'template.yaml': '', 'deep/er/main.tf': '' });
  await expect(unpackModule(bytes, await folderOf({}), 's3://b/k', new AbortController().signal)).rejects.toThrow(
    'the artifact: no .tf or .tf.json file at its root or one folder deep; found deep/, template.yaml (s3://b/k)',
  );
});

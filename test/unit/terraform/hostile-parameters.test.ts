// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of Terraform's language
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readParameters } from '../../../lib/terraform/index.ts';

async function parametersOf(files: Readonly<Record<string, string | Buffer>>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'terraform-hostile-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return readParameters(folder);
}

const DEEP = 100_000;
const nested = (open: string, close: string, depth = DEEP) => `${open.repeat(depth)}${close.repeat(depth)}`;

describe('a configuration that means harm', () => {
  it.each([
    ['blocks', { 'main.tf': nested('a {\n', '}\n') }, 'main.tf line 201, column 3'],
    ['brackets', { 'main.tf': `variable "x" { default = ${nested('[', ']')} }` }, 'main.tf line 1, column 226'],
    ['templates', { 'main.tf': `x = ${nested('"${', '}"')}\n` }, 'main.tf line 1'],
    ['JSON', { 'main.tf.json': `{"variable": {"x": {"default": ${nested('[', ']')}}}}` }, 'main.tf.json line 1'],
    ['JSON that does not end', { 'main.tf.json': '['.repeat(DEEP) }, 'main.tf.json line 1, column 201'],
  ])('is refused by place where %s nest without end', async (_, files, place) => {
    await expect(parametersOf(files)).rejects.toThrow(`${place}`);
    await expect(parametersOf(files)).rejects.toThrow('it is nested more than 200 deep');
  });

  it.each([
    ['an open comment', `/*${'* /'.repeat(500_000)}`, 'the comment does not end'],
    ['an open text', `x = "${'a'.repeat(2_000_000)}`, 'the quoted text does not end on its line'],
    ['an open heredoc', `x = <<EOT\n${'a\n'.repeat(500_000)}`, 'no line holds EOT alone'],
    ['an open block', `a {\n${'b {}\n'.repeat(200_000)}`, 'the block does not end'],
    ['null bytes', 'variable "x" {}\n\0', 'line 2, column 1'],
    ['marks without sense', `${'=>'.repeat(500_000)}`, 'line 1, column 1'],
  ])('is refused at once for %s', async (_, content, problem) => {
    await expect(parametersOf({ 'main.tf': content })).rejects.toThrow(problem);
  });

  it.each([
    ['UTF-16', Buffer.from('\uFEFFvariable "x" {}', 'utf16le')],
    ['Latin-1', Buffer.from('# \xe9\n', 'latin1')],
  ])('is refused for text in %s', async (_, content) => {
    await expect(parametersOf({ 'main.tf': content })).rejects.toThrow('main.tf is not text in UTF-8');
  });
});

describe('a large configuration', () => {
  const variable = (name: string, padding = '') =>
    `variable "${name}" {\n  type = string\n  description = "${padding}"\n  default = "${name}"\n}\n`;

  it('of 5,000 variables is read in their order', async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `v${index}`);
    const hcl = await parametersOf({ 'main.tf': names.map((name) => variable(name)).join('') });
    expect(hcl.map(({ key }) => key)).toEqual(names);
    const json = { variable: Object.fromEntries(names.map((name) => [name, { default: name }])) };
    const fromJson = await parametersOf({ 'main.tf.json': JSON.stringify(json, null, 1) });
    expect(fromJson.map(({ key, defaultValue }) => [key, defaultValue])).toEqual(names.map((name) => [name, name]));
  });

  it('of 10 MB is read, whether in many blocks or in one text', async () => {
    const padding = 'x'.repeat(2_000);
    const many = Array.from({ length: 5_000 }, (_, index) => variable(`v${index}`, padding)).join('');
    expect(many.length).toBeGreaterThan(9_900_000);
    const read = await parametersOf({ 'main.tf': many });
    expect(read.at(-1)).toMatchObject({ key: 'v4999', description: padding });
    const heredoc = `variable "x" {\n  default = <<EOT\n${'line of text\n'.repeat(800_000)}EOT\n}\n`;
    expect((await parametersOf({ 'main.tf': heredoc }))[0]?.defaultValue).toHaveLength(10_400_000);
    const lists = `variable "x" {\n  default = [${'1, 2, 3, '.repeat(300_000)}]\n}\n`;
    expect((await parametersOf({ 'main.tf': lists }))[0]?.defaultValue).toMatch(/,1,2,3\]$/);
  });
});

describe('declarations', () => {
  it.each([
    [
      'in two files',
      { 'a.tf': '\nvariable "x" {}', 'b.tf': '\n\nvariable "x" {}' },
      'b.tf line 3: the variable "x" is declared already, in a.tf line 2',
    ],
    [
      'in one file',
      { 'a.tf': 'variable "x" {}\nvariable "x" {}' },
      'a.tf line 2: the variable "x" is declared already, in a.tf line 1',
    ],
    [
      'in both languages',
      { 'a.tf': 'variable "x" {}', 'b.tf.json': '{\n"variable": {\n"x": {}}}' },
      'b.tf.json line 3: the variable "x" is declared already, in a.tf line 1',
    ],
  ])('of one variable %s are refused with both places', async (_, files, message) => {
    await expect(parametersOf(files)).rejects.toThrow(message);
  });

  it('of override files win in the order of their names', async () => {
    const parameters = await parametersOf({
      'main.tf': 'variable "x" {\n  type = string\n  default = "0"\n}',
      'override.tf': 'variable "x" { default = "3" }',
      'a_override.tf.json': '{"variable": {"x": {"default": "1", "sensitive": true}}}',
      'b_override.tf': 'variable "x" {\n  default = "2"\n  description = "d"\n}',
      '.override.tf': 'variable "x" { default = "hidden" }',
      'override.tf~': 'variable "x" { default = "backup" }',
    });
    expect(parameters).toEqual([{ key: 'x', type: 'string', defaultValue: '3', description: 'd', isNoEcho: true }]);
  });

  it.each([
    ['a unicode name', 'variable "größe" { default = "e\u0301" }', { key: 'größe', defaultValue: '\u00e9' }],
    [
      'comments everywhere',
      'variable /* a */ "x" /* b */ { /* c */ default /* d */ = /* e */ "v" /* f */ }',
      { defaultValue: 'v' },
    ],
    [
      'a secret with a default',
      'variable "x" {\n  sensitive = true\n  default = "s"\n}',
      { defaultValue: 's', isNoEcho: true },
    ],
    [
      'a heredoc with CRLF',
      'variable "x" {\r\n  default = <<-E\r\n    a\r\n      $${b}\r\n  E\r\n}\r\n',
      { defaultValue: 'a\r\n  ${b}\r\n' },
    ],
    [
      'braces in texts',
      'variable "x" {\n  description = "} ${upper("}")} {"\n  default = "}"\n}',
      { defaultValue: '}' },
    ],
    [
      'a number of many digits',
      'variable "x" { default = 12345678901234567890 }',
      { defaultValue: '12345678901234567890' },
    ],
    [
      'nullable and ephemeral',
      'variable "x" {\n  nullable = false\n  ephemeral = true\n  default = 1e3\n}',
      { defaultValue: '1000' },
    ],
  ])('with %s are read', async (_, content, expected) => {
    expect((await parametersOf({ 'main.tf': content }))[0]).toMatchObject(expected);
  });
});

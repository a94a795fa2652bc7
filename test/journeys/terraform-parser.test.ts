// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of Terraform's language
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readParameters } from '../../lib/terraform/index.ts';
import { unpackModule } from '../../lib/terraform/workspace.ts';
import { findTerraform } from './terraform-stage.ts';

const terraform = findTerraform();

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'terraform-parser-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

const run = (folder: string, ...args: readonly string[]) =>
  spawnSync(terraform ?? '', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
  });

interface TerraformVariable {
  readonly default?: unknown;
  readonly description?: string;
  readonly sensitive?: boolean;
}

/** What Terraform itself says of the variables of a configuration. */
function variablesByTerraform(folder: string): Readonly<Record<string, TerraformVariable>> {
  for (const args of [
    ['init', '-input=false'],
    ['plan', '-input=false', '-out=plan'],
  ]) {
    const { status, stderr } = run(folder, ...args, '-no-color');
    if (status !== 0) throw new Error(stderr);
  }
  return JSON.parse(run(folder, 'show', '-json', 'plan').stdout).configuration.root_module.variables;
}

/** A default as a form shows it; what is complex as a value, for the order of keys and blanks is nobody's affair. */
function shown(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}

function expectedOf({ default: value }: TerraformVariable): unknown {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? value : String(value);
}

const VALID: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'texts and escapes': {
    'main.tf': `
variable "escapes" { default = "tab\\t quote\\" slash\\\\ \\u00e9 \\U0001F600 $\${a} %%{b} $5 100%" }
variable "decomposed" { default = "e\u0301" }
variable "größe" { default = "unicode name" }
variable "empty" { default = "" }
variable "none" { default = null }
variable "spaces" { default = "  kept  " }
`,
  },
  heredocs: {
    'main.tf': `
variable "plain" {
  default = <<EOT
one
  two "quoted" \\n $\${three}
EOT
}
variable "indented" {
  default = <<-EOT
      one
        two

      three
    EOT
  description = <<EOT
a description
EOT
}
variable "empty" {
  default = <<EOT
EOT
}
`,
  },
  'numbers and flags': {
    'main.tf': `
variable "integer" { default = 42 }
variable "zeros" { default = 007 }
variable "negative" { default = -1.50 }
variable "exponent" { default = 1e3 }
variable "small" { default = 0.25 }
variable "flag" { default = true }
variable "text_of_number" {
  type    = string
  default = 5
}
variable "number_of_text" {
  type    = number
  default = "5"
}
`,
  },
  'complex values': {
    'main.tf': `
variable "list" { default = ["a", 1, true, null, ["b"]] }
variable "map" {
  type    = map(string)
  default = { b = "2", "a" : "1", (5) = "3" }
}
variable "object" {
  type = object({
    name = string
    tags = optional(map(string), {})
    deep = optional(object({ x = optional(number, 5) }))
  })
  default = { name = "n", tags = { a = "b" }, deep = { x = 1 } }
}
variable "trailing" {
  default = [
    "a", # first
    "b", /* second */
  ]
}
`,
  },
  'blocks within, on one line, and comments': {
    'main.tf': `
# variable "no" {}
// variable "no" {}
/* variable "no" {} */
variable "checked" {
  description = "has } and { within"
  default     = "x"
  nullable    = false
  sensitive   = true
  validation {
    condition     = length(var.checked) > 0 && var.checked != "}"
    error_message = "not \${"{"} empty"
  }
  validation {
    condition     = can(regex("^[^\\"]+$", var.checked))
    error_message = "no quotes."
  }
}
variable bare { default = "bare label" }
`,
  },
  'CRLF and byte order mark': {
    'main.tf':
      '\uFEFFvariable "x" {\r\n  default = "a"\r\n}\r\nvariable "y" {\r\n  default = <<EOT\r\none\r\ntwo\r\nEOT\r\n}\r\n',
  },
  'JSON, and override files of both languages': {
    'main.tf.json': JSON.stringify({
      '//': 'a comment',
      variable: {
        a: { '//': 'a comment', type: 'string', default: 'a', description: 'from JSON' },
        b: { type: 'list(string)', default: ['x', 'y'] },
        c: { default: 'literal $${x}' },
      },
    }),
    'more.tf': 'variable "d" {\n  type = string\n  default = "d"\n  description = "kept"\n}',
    'override.tf': 'variable "d" { default = "overridden" }',
    'a_override.tf.json': '{"variable": {"a": {"sensitive": true}, "d": {"default": "not the last"}}}',
    '.hidden.tf': 'variable "hidden" {}',
    'backup.tf~': 'variable "backup" {}',
  },
};

const BROKEN: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['an open block', { 'main.tf': 'variable "x" {\n  default = 1\n' }],
  ['an open text', { 'main.tf': '\nvariable "x" {\n  default = "a\n}\n' }],
  ['an open list', { 'main.tf': 'variable "x" {\n  default = [1, 2\n}\n' }],
  ['an open comment', { 'main.tf': '\n/* never\nends' }],
  ['an open heredoc', { 'main.tf': 'variable "x" {\n  default = <<EOT\nnever\n}\n' }],
  ['no value', { 'main.tf': 'variable "x" {\n  default =\n}\n' }],
  ['an argument twice', { 'main.tf': 'variable "x" {\n  default = 1\n  default = 2\n}\n' }],
  ['a variable twice', { 'a.tf': 'variable "x" {}', 'b.tf': '\n\nvariable "x" {}' }],
  ['JSON without a value', { 'main.tf.json': '{\n  "variable": {\n    "x": }\n}\n' }],
];

describe.skipIf(terraform === undefined)('the parser, judged by Terraform (runs where terraform is installed)', () => {
  it.each(Object.entries(VALID))('reads %s as it does', async (_, files) => {
    const folder = folderOf(files);
    const parameters = await readParameters(folder);
    const variables = variablesByTerraform(folder);
    const byName = (entries: readonly (readonly [string, unknown])[]) => Object.fromEntries(entries);
    expect(
      byName(
        parameters.map(({ key, defaultValue, description, isNoEcho }) => [
          key,
          [shown(String(defaultValue)), description, isNoEcho],
        ]),
      ),
    ).toEqual(
      byName(
        Object.entries(variables).map(([key, variable]) => [
          key,
          [expectedOf(variable), variable.description ?? '', variable.sensitive ?? false],
        ]),
      ),
    );
  });

  it.each(BROKEN)('refuses %s where it does', async (_, files) => {
    const folder = folderOf(files);
    const said = run(folder, 'validate', '-json').stdout;
    const [first] = JSON.parse(said).diagnostics.filter(({ severity }: { severity: string }) => severity === 'error');
    const { filename, start } = first.range;
    const problem: Error = await readParameters(folder).then(
      () => new Error('it was read'),
      (error) => error,
    );
    const [, file, line] = /^(\S+) line (\d+)/.exec(problem.message) ?? [problem.message];
    expect(file).toBe(path.basename(filename));
    // Of what does not end, the parser names the beginning, and Terraform some line behind.
    expect([0, 1, 2, 3]).toContain(start.line - Number(line));
  });
});

const WRITERS: readonly (readonly [string, string, readonly string[]])[] = [
  ['tar, a folder', 'tar', ['-czf', 'out', '-C', 'in', 'shop-1.0']],
  ['tar, with ./ before each name', 'tar', ['-czf', 'out', '-C', 'in/shop-1.0', '.']],
  ['tar in the old format, not compressed', 'tar', ['--format=v7', '-cf', 'out', '-C', 'in', 'shop-1.0']],
  ['python, zip', 'python3', ['-m', 'zipfile', '-c', 'out', 'in/shop-1.0']],
  [
    'python, tar.gz',
    'python3',
    ['-c', 'import tarfile\nwith tarfile.open("out", "w:gz") as tar: tar.add("in/shop-1.0", "shop-1.0")'],
  ],
  ['7z, zip', '7z', ['a', '-tzip', 'out.zip', './in/shop-1.0']],
  ['zip', 'zip', ['-qr', 'out.zip', 'in/shop-1.0', '-j']],
];

describe('an archive of a configuration', () => {
  const isMissing = (program: string) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error !== undefined;

  it.for(WRITERS)('is read as %s writes it (runs where that is installed)', async ([, program, args], { skip }) => {
    skip(isMissing(program));
    const folder = folderOf({});
    mkdirSync(path.join(folder, 'in', 'shop-1.0', '.git'), { recursive: true });
    const files = {
      'main.tf': 'variable "x" { default = "1" }',
      'README.md': '',
      '._main.tf': '\0',
      '.git/config': '',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, 'in/shop-1.0', name), content);
    const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const [archive = ''] = ['out', 'out.zip'].map((name) => path.join(folder, name)).filter((file) => existsSync(file));
    const { signal } = new AbortController();
    const module = await unpackModule(readFileSync(archive), path.join(folder, 'unpacked'), 's3://b/k', signal);
    expect(await readParameters(module)).toMatchObject([{ key: 'x', defaultValue: '1' }]);
  });
});

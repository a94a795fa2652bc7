import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readParameters } from '../../../lib/terraform/index.ts';

/*
 * What the parser of AWS's reference engine gives (github.com/aws-samples/service-catalog-engine-for-terraform-os), for
 * configurations of the kinds that its own tests have. Whoever moves over keeps the form of each product.
 */

const TYPE = 'object({\n    size = number\n    name = string\n    open = bool\n  })';

const MAIN = `
provider "aws" {
  region = "eu-central-1"
}

variable "room_name" {
  type    = string
  default = "attic"
  validation {
    condition     = (length(var.room_name) > 3)
    error_message = "Give the room a longer name."
  }
}

variable "shelves" {
  type        = number
  description = "How many shelves"
  sensitive   = true
  nullable    = true
}

variable "room" {
  type = ${TYPE}
  default = {
    size = 12
    name = "attic"
    open = true
  }
  description = "The room"
}
`;

const KINDS = `
variable "a_text" {
  type    = string
  default = "good morning"
}
variable "a_number" {
  type    = number
  default = 42
}
variable "a_flag" {
  type    = bool
  default = true
}
variable "a_list" {
  type    = list(string)
  default = ["good", "morning"]
}
variable "a_set" {
  type    = set(number)
  default = [1, 2]
}
variable "a_map" {
  type    = map(string)
  default = { k1 = "v1", k2 = "v2" }
}
variable "a_tuple" {
  type    = tuple([string,bool])
  default = ["good",false]
}
`;

const OVERRIDE = `
variable "room_name" {
  type    = string
  default = "cellar"
}

variable "shelves" {
  type        = string
  description = "How many shelves, as text"
  sensitive   = false
}

variable "room" {
  sensitive = true
}

variable "only_here" {
  type        = string
  description = "Declared by the override alone"
  default     = "hello"
  sensitive   = true
}
`;

const ROOM = '{"name":"attic","open":true,"size":12}';

it.each([
  [
    'a module of two files',
    { 'main.tf': MAIN, 'kinds.tf': KINDS },
    [
      ['a_text', 'string', 'good morning', '', false],
      ['a_number', 'number', '42', '', false],
      ['a_flag', 'bool', 'true', '', false],
      ['a_list', 'list(string)', '["good","morning"]', '', false],
      ['a_set', 'set(number)', '[1,2]', '', false],
      ['a_map', 'map(string)', '{"k1":"v1","k2":"v2"}', '', false],
      ['a_tuple', 'tuple([string,bool])', '["good",false]', '', false],
      ['room_name', 'string', 'attic', '', false],
      ['shelves', 'number', '', 'How many shelves', true],
      ['room', TYPE, ROOM, 'The room', false],
    ],
  ],
  [
    'a module with an override file, which declares a variable of its own',
    { 'main.tf': MAIN, 'override.tf': OVERRIDE },
    [
      ['room_name', 'string', 'cellar', '', false],
      ['shelves', 'string', '', 'How many shelves, as text', false],
      ['room', TYPE, ROOM, 'The room', true],
      ['only_here', 'string', 'hello', 'Declared by the override alone', true],
    ],
  ],
])('%s', async (_what, files: Readonly<Record<string, string>>, expected) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'terraform-reference-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  const parameters = await readParameters(folder);
  expect(parameters.map((one) => [one.key, one.type, one.defaultValue, one.description, one.isNoEcho])).toEqual(
    expected,
  );
});

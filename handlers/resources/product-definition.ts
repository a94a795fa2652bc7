import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigurationError, type ProvisioningArtifact } from 'ringback/servicecatalog';
import * as z from 'zod';
import { firstFault } from './first-fault.ts';
import { resourceEntry } from './resource-entry.ts';

const FILE = 'product.json';

const { name, desiredState } = resourceEntry.shape;
/** A part of a product has a name, by which it is kept, and is there for as long as the product is. */
const productResource = resourceEntry.extend({ name: name.unwrap(), desiredState: desiredState.unwrap() });

const definition = z.object({
  parameters: z
    .array(
      z.object({
        key: z.string().min(1),
        type: z.string().default('string'),
        description: z.string().default(''),
        /** A parameter without one must be given. */
        default: z.string().optional(),
        noEcho: z.boolean().default(false),
        /** The only values that are taken. */
        allowed: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  /** What a provisioned product is made of, in the order in which it is made; `${key}` stands for a parameter. */
  resources: z.array(productResource).min(1),
  /** By key; `${key}` stands for a parameter, `${Name.Property}` for what a resource has become. */
  outputs: z.record(z.string(), z.string()).default({}),
});

/** A version of a product: what its `product.json` says. */
export type ProductDefinition = z.infer<typeof definition>;

/** Reads the definition out of an artifact. @throws ConfigurationError that names file, line and field */
export async function readDefinition(artifact: ProvisioningArtifact): Promise<ProductDefinition> {
  const folder = await mkdtemp(path.join(tmpdir(), 'product-'));
  try {
    await artifact.extractTo(folder, { maxBytes: 10_000_000, maxEntries: 1_000 });
    const text = await readFile(path.join(folder, FILE), 'utf8').catch(() => {
      throw new ConfigurationError(`the artifact has no file ${FILE} at its top`);
    });
    return parseDefinition(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the text of a definition. @throws ConfigurationError */
export function parseDefinition(text: string): ProductDefinition {
  // Editors of Windows begin a file with a byte order mark, which is no part of the JSON.
  const json = text.replace(/^\ufeff/, '');
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    throw new ConfigurationError(`${FILE}, ${placeOf(firstFault(json), json)}: it is not valid JSON from here on`);
  }
  const read = definition.safeParse(content);
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path: field, message }) => `${field.join('.') || 'the whole'}: ${message}`);
  throw new ConfigurationError(`${FILE} does not fit: ${issues.join('; ')}`);
}

function placeOf(position: number, text: string): string {
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

import { ConfigurationError } from '../core/errors.ts';
import type { ResourceProperties } from './hook-event.ts';
import { isObject, memberNames } from './members.ts';

/**
 * A template as an object, from JSON or YAML; undefined where there is none.
 *
 * @param what - which one it is, for the message
 * @throws ConfigurationError when it cannot be read; it says where, and repeats nothing of it
 */
export async function readTemplate(text: unknown, what: string): Promise<ResourceProperties | undefined> {
  if (text === undefined || text === null || text === '') return undefined;
  const template = typeof text === 'string' ? await parse(text, what) : text;
  if (isObject(template)) return template as ResourceProperties;
  throw new ConfigurationError(`${what} must be an object, but is ${memberNames(template)}`);
}

async function parse(text: string, what: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // Most templates that are deployed are JSON, and their hooks need not load this.
    const { parseYamlTemplate } = await import('./yaml-template.ts');
    return parseYamlTemplate(text, what);
  }
}

/** Names that input templates may use without a path of their own. */
export const PREDEFINED_VARIABLES: ReadonlySet<string> = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]);

/** The variables that an input template names. */
export function templateVariables(template: string): string[] {
  return [...template.matchAll(/<([\w.-]+)>/g)].map(([, name = '']) => name);
}

/**
 * Puts values into an input template: inside quotes as text, outside as JSON. What has no value is empty text.
 */
export function fillTemplate(template: string, variables: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\[\s\S]|"|<([\w.-]+)>/g, (part, name?: string) => {
    if (part === '"') quoted = !quoted;
    if (name === undefined) return part;
    const value = variables.get(name) ?? '';
    if (!quoted) return JSON.stringify(value);
    return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  });
}

import { type EventEnvelope, timeText } from './event-envelope.ts';
import { fillTemplate } from './input-template.ts';
import { readJsonPath } from './json-path.ts';
import type { RuleTarget } from './rule-target.ts';

/**
 * What a target receives of an event: its constant `Input`, the part at `InputPath`, the text of `InputTransformer`,
 * or the whole event.
 *
 * @param now The time at which the event came in, in milliseconds since the epoch.
 */
export function targetInput(
  target: RuleTarget,
  rule: { readonly arn: string; readonly name: string },
  event: EventEnvelope,
  now: number,
): string {
  if (target.input !== undefined) return target.input;
  if (target.inputPath !== undefined) return JSON.stringify(readJsonPath(target.inputPath, event) ?? null);
  if (target.inputTransformer === undefined) return JSON.stringify(event);
  const { paths, template } = target.inputTransformer;
  const { detail: _, ...withoutDetail } = event;
  const variables = new Map<string, unknown>([
    ...Object.entries(paths).map(([name, path]) => [name, readJsonPath(path, event)] as const),
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', timeText(now)],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ]);
  return fillTemplate(template, variables);
}

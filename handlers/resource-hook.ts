import { resourceHook, succeed, verdict } from 'ringback/hooks';
import { checkRule } from './resource-hook/check-rule.ts';
import { resourcesOf } from './resource-hook/resources-of.ts';
import { isGrave, rules } from './resource-hook/rules.ts';

/**
 * Holds what is about to be provisioned against the rules in resource-hook/rules.json: encryption and public access of
 * buckets, queues, tables and log groups. Every rule that concerns a resource is an annotation; findings that are grave
 * enough fail the hook, and the others go along.
 */
export const handler = resourceHook((hook) => {
  const annotations = resourcesOf(hook).flatMap((resource) =>
    rules.filter(({ type }) => type === resource.type).map((rule) => checkRule(rule, resource)),
  );
  return annotations.some(isGrave) ? verdict(annotations) : succeed({ annotations });
});

import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import { type EventBook, ruleNamed } from './event-book.ts';
import { busNameOf, MOST_TARGETS, tooManyTargets } from './event-rule.ts';
import { readTargets } from './rule-target.ts';
import { isSimpleName } from './simple-name.ts';

const LONGEST_ID = 64;

/** The operations on the targets of rules. */
export function targetOperations(book: EventBook): Readonly<Record<string, Operation>> {
  return {
    PutTargets(input, request) {
      const rule = ruleNamed(book, input.Rule, input.EventBusName);
      request.authorize('events:PutTargets', rule.arn);
      const given = (input.Targets ?? []) as readonly unknown[];
      for (const [index, target] of given.entries()) checkId(target, index + 1);
      const byId = new Map(rule.targets.map((target) => [target.id, target]));
      for (const target of readTargets(given)) byId.set(target.id, target);
      if (byId.size > MOST_TARGETS) throw tooManyTargets();
      book.putRule({ ...rule, targets: [...byId.values()] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets(input, request) {
      const rule = ruleNamed(book, input.Rule, input.EventBusName);
      request.authorize('events:RemoveTargets', rule.arn);
      const ids = (input.Ids ?? []) as readonly string[];
      const FailedEntries = ids
        .filter((id) => !rule.targets.some((target) => target.id === id))
        .map((TargetId) => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Rule ${rule.name} does not have target(s) with ID(s): ${TargetId}.`,
        }));
      book.putRule({ ...rule, targets: rule.targets.filter(({ id }) => !ids.includes(id)) });
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },

    ListTargetsByRule(input, request) {
      const rule = ruleNamed(book, input.Rule, input.EventBusName);
      request.authorize('events:ListTargetsByRule', rule.arn);
      return { Targets: rule.targets.map(({ declared }) => declared) };
    },

    ListRuleNamesByTarget(input, request) {
      request.authorize('events:ListRuleNamesByTarget', '*');
      const busName = busNameOf(input.EventBusName);
      const rules = book.rules().filter((rule) => rule.busName === busName);
      const aiming = rules.filter(({ targets }) => targets.some(({ arn }) => arn === input.TargetArn));
      return { RuleNames: aiming.map(({ name }) => name) };
    },
  };
}

function checkId(target: unknown, place: number): void {
  const id = (target as { Id?: unknown })?.Id;
  if (isSimpleName(id, LONGEST_ID)) return;
  const wanted =
    typeof id === 'string' && id.length > LONGEST_ID
      ? `Member must have length less than or equal to ${LONGEST_ID}`
      : 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+';
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${id}' at 'targets.${place}.member.id' failed to satisfy constraint: ${wanted}`,
  );
}

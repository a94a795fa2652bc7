import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import { busNameOf, type EventRule } from './event-rule.ts';

/** What the operations on rules need. */
export interface RuleBook {
  readonly kernel: Kernel;
  rules(): readonly EventRule[];
  setEnabled(rule: EventRule, enabled: boolean): void;
}

/** The operations `ListRules`, `DescribeRule`, `EnableRule` and `DisableRule`. */
export function ruleOperations({ kernel, rules, setEnabled }: RuleBook): Readonly<Record<string, Operation>> {
  const place = `arn:${kernel.partition}:events:${kernel.region}:${kernel.accountId}`;

  function find(input: { Name?: unknown; EventBusName?: unknown }): EventRule {
    const busName = busNameOf(input.EventBusName);
    const rule = rules().find((candidate) => candidate.name === input.Name && candidate.busName === busName);
    if (rule !== undefined) return rule;
    if (typeof input.Name !== 'string') throw new AwsError('ValidationException', 'Name must be given.');
    throw new AwsError('ResourceNotFoundException', `Rule ${input.Name} does not exist on EventBus ${busName}.`);
  }

  function describe(rule: EventRule): Record<string, unknown> {
    return {
      Name: rule.name,
      Arn: rule.arn,
      EventBusName: rule.busName,
      State: rule.enabled ? 'ENABLED' : 'DISABLED',
      ...(rule.description === undefined ? {} : { Description: rule.description }),
      ...(rule.pattern === undefined ? {} : { EventPattern: JSON.stringify(rule.pattern) }),
      ...(rule.scheduleExpression === undefined ? {} : { ScheduleExpression: rule.scheduleExpression }),
    };
  }

  const setting =
    (action: string, enabled: boolean): Operation =>
    (input, request) => {
      const rule = find(input);
      request.authorize(action, rule.arn);
      setEnabled(rule, enabled);
      return {};
    };

  return {
    ListRules(input, request) {
      request.authorize('events:ListRules', `${place}:rule/*`);
      const busName = busNameOf(input.EventBusName);
      const listed = rules()
        .filter((rule) => rule.busName === busName && rule.name.startsWith(input.NamePrefix ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const start = Number(input.NextToken ?? 0);
      const end = start + (input.Limit ?? 100);
      return {
        Rules: listed.slice(start, end).map(describe),
        ...(end < listed.length ? { NextToken: String(end) } : {}),
      };
    },
    DescribeRule(input, request) {
      const rule = find(input);
      request.authorize('events:DescribeRule', rule.arn);
      return { ...describe(rule), CreatedBy: kernel.accountId };
    },
    EnableRule: setting('events:EnableRule', true),
    DisableRule: setting('events:DisableRule', false),
  };
}

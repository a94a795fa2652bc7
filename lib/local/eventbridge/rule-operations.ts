import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation } from '../kernel/service.ts';
import { type EventBook, ruleArn, ruleNamed, tagRecord } from './event-book.ts';
import { busNameOf, type EventRule, ruleOf } from './event-rule.ts';
import { isSimpleName } from './simple-name.ts';

/** The operations on rules. */
export function ruleOperations(book: EventBook): Readonly<Record<string, Operation>> {
  const { kernel, rules, setEnabled } = book;
  const place = `arn:${kernel.partition}:events:${kernel.region}:${kernel.accountId}`;

  function find(input: { Name?: unknown; Rule?: unknown; EventBusName?: unknown }): EventRule {
    return ruleNamed(book, input.Name, input.EventBusName);
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
      ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
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
    PutRule(input, request) {
      const { Name: name, EventBusName, Tags, ...properties } = input;
      if (!isSimpleName(name, 64)) {
        throw new AwsError('ValidationException', `Value '${name}' at 'name' must be 1 to 64 of . - _ A-Z a-z 0-9.`);
      }
      const busName = busNameOf(EventBusName);
      const arn = ruleArn(kernel, name, busName);
      request.authorize('events:PutRule', arn);
      if (Tags !== undefined && Tags.length > 0) request.authorize('events:TagResource', arn);
      const existing = rules().find((rule) => rule.arn === arn);
      const given = tagRecord(Tags);
      // What a request leaves out of an existing rule is gone, its targets excepted.
      const rule = {
        ...ruleOf(name, { ...properties, EventBusName: busName }, kernel),
        targets: existing?.targets ?? [],
      };
      book.putRule(rule);
      if (existing === undefined) book.tags.set(arn, given);
      return { RuleArn: arn };
    },

    DeleteRule(input, request) {
      const arn = ruleArn(kernel, String(input.Name), busNameOf(input.EventBusName));
      request.authorize('events:DeleteRule', arn);
      const rule = rules().find((candidate) => candidate.arn === arn);
      if (rule === undefined) return {};
      if (rule.targets.length > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      book.removeRule(rule);
      return {};
    },

    ListRules(input, request) {
      request.authorize('events:ListRules', `${place}:rule/*`);
      const busName = busNameOf(input.EventBusName);
      const listed = rules()
        .filter((rule) => rule.busName === busName && rule.name.startsWith(input.NamePrefix ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextToken } = pageOf(listed, {
        list: 'events:ListRules',
        size: input.Limit ?? 100,
        token: input.NextToken,
        refusal: 'ValidationException',
      });
      return { Rules: items.map(describe), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
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

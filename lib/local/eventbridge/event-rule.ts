import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ResourceDeclaration } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import { checkEventPattern } from './check-event-pattern.ts';
import type { EventPattern } from './event-pattern.ts';
import { type RuleTarget, readTargets } from './rule-target.ts';
import { parseScheduleExpression, type Schedule } from './schedule-expression.ts';

/** A rule of an event bus. */
export interface EventRule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly description?: string;
  readonly pattern?: EventPattern;
  readonly schedule?: Schedule;
  readonly scheduleExpression?: string;
  readonly roleArn?: string;
  /** By target id. */
  readonly targets: readonly RuleTarget[];
  enabled: boolean;
}

/** The longest name of a rule, in characters. */
const LONGEST_NAME = 64;
const STATES: readonly unknown[] = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];
/** The most targets of a rule that EventBridge takes. */
export const MOST_TARGETS = 5;

/** Reads the declaration of a rule in a template. @throws AwsError when EventBridge would refuse it. */
export function readRule({ properties, stackName, logicalId }: ResourceDeclaration, kernel: Kernel): EventRule {
  const name = properties.Name ?? physicalName(stackName, logicalId, { maxLength: LONGEST_NAME });
  return ruleOf(name, properties, kernel);
}

/** A rule of these properties, by the names that templates and the API share. @throws AwsError */
export function ruleOf(name: string, properties: ResourceDeclaration['properties'], kernel: Kernel): EventRule {
  const busName = busNameOf(properties.EventBusName);
  const { EventPattern: pattern, ScheduleExpression: scheduleExpression, Targets: targets = [] } = properties;
  if (pattern === undefined && scheduleExpression === undefined) {
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (scheduleExpression !== undefined && busName !== 'default') {
    throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  }
  if (targets.length > MOST_TARGETS) {
    throw tooManyTargets();
  }
  const path = busName === 'default' ? name : `${busName}/${name}`;
  return {
    name,
    busName,
    arn: `arn:${kernel.partition}:events:${kernel.region}:${kernel.accountId}:rule/${path}`,
    ...(properties.Description === undefined ? {} : { description: properties.Description }),
    ...(properties.RoleArn === undefined ? {} : { roleArn: properties.RoleArn }),
    ...(pattern === undefined ? {} : { pattern: checkEventPattern(pattern) }),
    ...(scheduleExpression === undefined
      ? {}
      : { scheduleExpression, schedule: parseScheduleExpression(scheduleExpression) }),
    targets: readTargets(targets),
    enabled: isEnabled(properties.State),
  };
}

function isEnabled(state: unknown = 'ENABLED'): boolean {
  if (STATES.includes(state)) return state !== 'DISABLED';
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${state}' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [${STATES.join(', ')}]`,
  );
}

/** Refuses more targets than a rule may have. */
export function tooManyTargets(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}

/** The name of the bus that a name or ARN means. */
export function busNameOf(nameOrArn: unknown): string {
  if (typeof nameOrArn !== 'string' || nameOrArn === '') return 'default';
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
}

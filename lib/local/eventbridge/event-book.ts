import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { busNameOf, type EventRule } from './event-rule.ts';

/** An event bus. */
export interface EventBus {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  /** Simulated milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The buses and rules of one account, and their tags. */
export interface EventBook {
  readonly kernel: Kernel;
  readonly buses: Map<string, EventBus>;
  /** By ARN, of buses and rules. */
  readonly tags: Map<string, Readonly<Record<string, string>>>;
  rules(): readonly EventRule[];
  /** Puts a rule in, or in the place of the one with its ARN. @throws AwsError ResourceNotFoundException for its bus */
  putRule(rule: EventRule): void;
  removeRule(rule: EventRule): void;
  setEnabled(rule: EventRule, enabled: boolean): void;
}

/** The ARN of a bus. */
export function busArn({ partition, region, accountId }: Kernel, name: string): string {
  return `arn:${partition}:events:${region}:${accountId}:event-bus/${name}`;
}

/** The ARN of a rule. */
export function ruleArn({ partition, region, accountId }: Kernel, name: string, busName: string): string {
  const path = busName === 'default' ? name : `${busName}/${name}`;
  return `arn:${partition}:events:${region}:${accountId}:rule/${path}`;
}

/** The rule that a request names. @throws AwsError ResourceNotFoundException, ValidationException */
export function ruleNamed(book: EventBook, name: unknown, busNameOrArn: unknown): EventRule {
  const busName = busNameOf(busNameOrArn);
  const rule = book.rules().find((candidate) => candidate.name === name && candidate.busName === busName);
  if (rule !== undefined) return rule;
  if (typeof name !== 'string') throw new AwsError('ValidationException', 'Name must be given.');
  throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName}.`);
}

/** @throws AwsError ResourceNotFoundException */
export function busNamed({ buses }: EventBook, nameOrArn: unknown): EventBus {
  const name = busNameOf(nameOrArn);
  const bus = buses.get(name);
  if (bus === undefined) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  return bus;
}

/** Tags of a request, by key. @throws AwsError ValidationException */
export function tagRecord(tags: readonly { readonly Key: string; readonly Value: string }[] = []) {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw new AwsError('ValidationException', 'Duplicate tag keys are not allowed.');
  }
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) {
    throw new AwsError('ValidationException', 'Tag keys that begin with aws: are reserved for use by AWS.');
  }
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

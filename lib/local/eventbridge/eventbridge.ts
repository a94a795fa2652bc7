import type { Kernel } from '../kernel/kernel.ts';
import type { EventBusPort } from '../kernel/ports.ts';
import type { LocalService, ResourceDeclaration } from '../kernel/service.ts';
import model from '../models/events.json' with { type: 'json' };
import { busOperations } from './bus-operations.ts';
import { busArn, busNamed, type EventBook, tagRecord } from './event-book.ts';
import { type EventEnvelope, envelopeOf } from './event-envelope.ts';
import { matchesPattern } from './event-pattern.ts';
import { type EventRule, readRule } from './event-rule.ts';
import { createOutstandingRuns } from './outstanding-runs.ts';
import { putEvents } from './put-events.ts';
import { ruleOperations } from './rule-operations.ts';
import { createRuleSchedules } from './rule-schedules.ts';
import { createTargetDelivery, type TargetPorts } from './target-delivery.ts';
import { targetInput } from './target-input.ts';
import { targetOperations } from './target-operations.ts';

/** The least real time between two scheduled messages to one queue, in milliseconds. */
const QUEUE_PACE_MS = 100;

/**
 * Creates EventBridge: the default bus, buses and rules of templates, schedules on the simulated clock.
 *
 * Events reach rules at once and targets a moment later. Schedules of templates run from `start()` on.
 */
export function createEventBridge(kernel: Kernel, ports: TargetPorts): LocalService & EventBusPort {
  const { clock, events } = kernel;
  const rules = new Map<string, EventRule>();
  const delivery = createTargetDelivery(kernel, ports);
  const outstanding = createOutstandingRuns(kernel);
  const lastQueued = new Map<string, number>();
  const schedules = createRuleSchedules(kernel, runSchedule);

  function publish(busName: string, event: EventEnvelope): void {
    for (const rule of rules.values()) {
      if (!rule.enabled || rule.busName !== busName || rule.pattern === undefined) continue;
      if (!matchesPattern(rule.pattern, { ...event })) continue;
      for (const target of rule.targets) {
        const payload = targetInput(target, rule, event, clock.now());
        // Whoever puts an event is done with its own work before a target begins.
        queueMicrotask(() => void delivery.deliver(rule, target, payload));
      }
    }
  }

  function runSchedule(rule: EventRule): void {
    const event = envelopeOf(kernel, {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: {},
      resources: [rule.arn],
    });
    for (const target of rule.targets) {
      const key = `${rule.arn} ${target.id}`;
      const payload = targetInput(target, rule, event, clock.now());
      if (!mayRun(key, target.arn, payload)) continue;
      void delivery.deliver(rule, target, payload).then((taken) => {
        if (!taken) outstanding.end(key);
      });
    }
  }

  /** A function tells when it has done a run; of a queue nothing is known, so its messages keep a pace in real time. */
  function mayRun(key: string, targetArn: string, payload: string): boolean {
    if (targetArn.split(':')[2] === 'lambda') {
      if (outstanding.isOpen(key)) return false;
      outstanding.begin(key, targetArn, payload);
      return true;
    }
    const real = clock.now() - clock.offset();
    if (real - (lastQueued.get(key) ?? Number.NEGATIVE_INFINITY) < QUEUE_PACE_MS) return false;
    lastQueued.set(key, real);
    return true;
  }

  const book: EventBook = {
    kernel,
    buses: new Map([['default', { name: 'default', arn: busArn(kernel, 'default'), createdAt: clock.now() }]]),
    tags: new Map(),
    rules: () => [...rules.values()],
    putRule(rule) {
      keep(rule);
      schedules.arm(rule);
    },
    removeRule(rule) {
      schedules.disarm(rule);
      rules.delete(rule.arn);
      book.tags.delete(rule.arn);
    },
    setEnabled(rule, enabled) {
      rule.enabled = enabled;
      if (!enabled) schedules.disarm(rule);
      else schedules.arm(rule);
    },
  };

  function keep(rule: EventRule): void {
    busNamed(book, rule.busName);
    for (const { arn } of rule.targets) noteUnsupported(arn);
    const former = rules.get(rule.arn);
    rules.set(rule.arn, rule);
    if (former !== undefined) schedules.disarm(former);
  }

  function createRule(declaration: ResourceDeclaration) {
    const rule = readRule(declaration, kernel);
    keep(rule);
    book.tags.set(rule.arn, tagRecord(declaration.properties.Tags));
    return {
      ref: rule.busName === 'default' ? rule.name : `${rule.busName}|${rule.name}`,
      attributes: { Arn: rule.arn },
    };
  }

  function noteUnsupported(targetArn: string): void {
    const kind = targetArn.split(':')[2] ?? '';
    if (['lambda', 'sqs', ...Object.keys(ports.targets ?? {})].includes(kind)) return;
    events.emit('notice', { message: `events for ${targetArn} go nowhere: targets of ${kind} are not simulated` });
  }

  return {
    name: 'events',
    json: {
      targetPrefix: 'AWSEvents',
      jsonVersion: '1.1',
      model,
      operations: {
        PutEvents: putEvents({ kernel, busArn: (name) => busArn(kernel, name), publish }),
        ...ruleOperations(book),
        ...targetOperations(book),
        ...busOperations(book),
      },
    },
    resources: {
      'AWS::Events::Rule': createRule,
      'AWS::Events::EventBus': ({ properties, logicalId }) => {
        const name = typeof properties.Name === 'string' ? properties.Name : logicalId;
        const arn = busArn(kernel, name);
        book.buses.set(name, { name, arn, createdAt: clock.now() });
        book.tags.set(arn, tagRecord(properties.Tags));
        return { ref: name, attributes: { Arn: arn, Name: name } };
      },
    },
    put: (content) => publish('default', envelopeOf(kernel, content)),
    start() {
      for (const rule of rules.values()) schedules.arm(rule);
    },
    stop() {
      schedules.stop();
      outstanding.stop();
      delivery.stop();
    },
  };
}

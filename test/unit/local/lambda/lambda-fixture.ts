import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEventName, type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { Identity, Kernel, PolicyDocument, Principal } from '../../../../lib/local/kernel/kernel.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../../lib/local/lambda/lambda.ts';
import { createMemoryQueues, type MemoryQueues } from './memory-queues.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/worker';
export const ROOT: Principal = { arn: 'arn:aws:iam::123456789012:root', kind: 'root', accountId: '123456789012' };

export interface Check {
  principal: Principal;
  action: string;
  resource: string;
  context: object | undefined;
  policies: readonly PolicyDocument[];
}

export interface LambdaFixture {
  kernel: Kernel;
  lambda: Lambda;
  queues: MemoryQueues;
  checks: Check[];
  /** All events of one name so far. */
  seen<Name extends CloudEventName>(name: Name): CloudEvents[Name][];
  /** Resolves with the next event of a name that satisfies the condition, past ones included. */
  until<Name extends CloudEventName>(
    name: Name,
    matches?: (event: CloudEvents[Name]) => boolean,
  ): Promise<CloudEvents[Name]>;
  declare(type: string, properties: Record<string, unknown>, logicalId?: string): Promise<{ ref: string }>;
  /**
   * Declares a function whose only file is `index.mjs` (or the given name). Its timeout is a minute: AWS's 3 s are too
   * few for a machine that does something else meanwhile.
   */
  define(name: string, source: string, properties?: Record<string, unknown>, file?: string): Promise<string>;
  /** Invokes and waits; the payload parsed. */
  call(name: string, event?: unknown): Promise<{ result: unknown; functionError?: string }>;
  send(name: string, event?: unknown): Promise<void>;
}

export interface FixtureOptions extends Partial<LambdaOptions> {
  speed?: number;
  refuse?: (check: Check) => boolean;
  credentialsSeconds?: number;
  /** Changes the kernel before Lambda sees it. */
  kernel?: (kernel: Kernel) => Kernel;
  /** Queues that may not be sent to. */
  closedQueues?: readonly string[];
}

/** Lambda over a small kernel; stopped and cleaned up when the test ends. */
export function createLambdaFixture(options: FixtureOptions = {}): LambdaFixture {
  const dataDir = mkdtempSync(join(tmpdir(), 'ringback-lambda-'));
  const clock = createClock({ speed: options.speed ?? 1 });
  const events = createEventStream();
  const checks: Check[] = [];
  const log: { name: CloudEventName; event: unknown }[] = [];
  events.onAny((name, event) => log.push({ name, event }));
  const identity: Identity = {
    issue: (_role, issue) => ({
      accessKeyId: 'ASIALOCAL',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiresAt: clock.now() + (options.credentialsSeconds ?? issue.durationSeconds ?? 3600) * 1000,
    }),
    principalOf: () => ROOT,
    service: (name) => ({ arn: name, kind: 'service', service: name, accountId: '123456789012' }),
    role: (arn) => ({ arn, kind: 'role', roleArn: arn, accountId: '123456789012' }),
    authorize(principal, action, resource, context, policies = []) {
      const check = { principal, action, resource, context, policies };
      checks.push(check);
      if (options.refuse?.(check)) throw new Error(`${principal.arn} may not ${action} on ${resource}`);
    },
  };
  const ownKernel: Kernel = {
    clock,
    events,
    identity,
    accountId: '123456789012',
    region: 'eu-west-1',
    partition: 'aws',
    dataDir,
    uuid: randomUUID,
    random: Math.random,
    endpoint: () => 'http://127.0.0.1:4566',
  };
  const kernel = options.kernel?.(ownKernel) ?? ownKernel;
  const queues = createMemoryQueues(clock, (queueArn) => options.closedQueues?.includes(queueArn) ?? false);
  const lambda = createLambda(kernel, { queues, ...options });
  onTestFinished(async () => {
    await lambda.stop();
    clock.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const fixture: LambdaFixture = {
    kernel,
    lambda,
    queues,
    checks,
    seen: (name) => log.filter((entry) => entry.name === name).map(({ event }) => event as never),
    until: (name, matches = () => true) =>
      new Promise((resolve) => {
        const past = fixture.seen(name).find(matches);
        if (past !== undefined) resolve(past);
        const stop = events.on(name, (event) => {
          if (!matches(event)) return;
          stop();
          resolve(event);
        });
      }),
    async declare(type, properties, logicalId = type.slice(type.lastIndexOf(':') + 1)) {
      const provider = lambda.resources?.[type];
      if (provider === undefined) throw new Error(`no provider of ${type}`);
      return provider({ type, logicalId, stackName: 'Stack', properties, assemblyDir: dataDir });
    },
    async define(name, source, properties = {}, file = 'index.mjs') {
      const folder = join(dataDir, 'assets', name);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), source);
      await fixture.declare('AWS::Lambda::Function', {
        FunctionName: name,
        Code: { LocalPath: folder },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: ROLE,
        Timeout: 60,
        ...properties,
      });
      return `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
    },
    async call(name, event = {}) {
      const { payload, functionError } = await lambda.invokeSync(name, JSON.stringify(event), { principal: ROOT });
      return { result: JSON.parse(payload), ...(functionError === undefined ? {} : { functionError }) };
    },
    send: (name, event = {}) => lambda.invokeEvent(name, JSON.stringify(event), { principal: ROOT }),
  };
  return fixture;
}

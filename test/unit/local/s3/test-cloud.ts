import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { type Clock, createClock } from '../../../../lib/local/kernel/clock.ts';
import { createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { ConditionContext, Identity, Kernel, Principal } from '../../../../lib/local/kernel/kernel.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';

const ACCOUNT = '123456789012';

/** A question that was put to IAM. */
export interface Question {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  readonly policies: number;
}

/** A cloud of one service, whose IAM allows everything to the developer and to a role what `allow` says. */
export interface TestCloud {
  readonly kernel: Kernel;
  readonly questions: Question[];
  /** Client options of the account's root. */
  readonly root: ClientOptions;
  /** Client options of a role that may do what the rules say, each `action resource-prefix`. */
  as(...rules: readonly string[]): ClientOptions;
  principal(...rules: readonly string[]): Principal;
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export async function createTestCloud(
  create: (kernel: Kernel) => LocalService,
  clock: Clock = createClock({ speed: 1 }),
): Promise<TestCloud> {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-service-'));
  const questions: Question[] = [];
  const roles = new Map<string, { principal: Principal; rules: readonly string[] }>();
  let endpoint = '';

  const identity: Identity = {
    issue: () => {
      throw new Error('no credentials are issued here');
    },
    principalOf: (key) =>
      roles.get(key ?? '')?.principal ?? { arn: `arn:aws:iam::${ACCOUNT}:root`, kind: 'root', accountId: ACCOUNT },
    service: (name) => ({ arn: name, kind: 'service', service: name, accountId: ACCOUNT }),
    role: (arn) => ({ arn, kind: 'role', roleArn: arn, accountId: ACCOUNT }),
    authorize(principal, action, resource, context = {}, policies = []) {
      questions.push({ principal: principal.arn, action, resource, context, policies: policies.length });
      if (principal.kind === 'root') return;
      const role = [...roles.values()].find(({ principal: { arn } }) => arn === principal.arn);
      const allowed = role?.rules.some((rule) => {
        const [name, prefix = ''] = rule.split(' ');
        return name === action && resource.startsWith(prefix);
      });
      if (allowed) return;
      const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
      throw new AwsError('AccessDeniedException', message);
    },
  };
  let uuids = 0;
  const kernel: Kernel = {
    clock,
    events: createEventStream(),
    identity,
    accountId: ACCOUNT,
    region: 'eu-central-1',
    partition: 'aws',
    dataDir,
    uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`,
    random: () => 0.5,
    endpoint: () => endpoint,
  };
  const service = create(kernel);
  const wire = await createWire({ kernel, services: [service], port: 0 });
  endpoint = wire.endpoint;
  const options = (accessKeyId: string): ClientOptions => ({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  });

  function addRole(rules: readonly string[]): string {
    const name = `role-${roles.size}`;
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session`;
    roles.set(name, { principal: { arn, kind: 'role', accountId: ACCOUNT }, rules });
    return name;
  }

  return {
    kernel,
    questions,
    root: options('developer'),
    as: (...rules) => options(addRole(rules)),
    principal: (...rules) => (roles.get(addRole(rules)) as { principal: Principal }).principal,
    async close() {
      await wire.close();
      await service.stop?.();
      kernel.clock.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

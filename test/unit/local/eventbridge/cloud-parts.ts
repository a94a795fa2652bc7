import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import type { CloudEventName, CloudEvents } from '../../../../lib/local/kernel/events.ts';
import type { Identity, Kernel, Principal } from '../../../../lib/local/kernel/kernel.ts';
import type { FunctionCaller, FunctionPort, QueuePort } from '../../../../lib/local/kernel/ports.ts';
import type { LocalService, Operation, ResourceDeclaration } from '../../../../lib/local/kernel/service.ts';
import { localKernel } from '../template/local-kernel.ts';

const ACCOUNT = '111122223333';

/** The ARN of the function that rules of these tests call. */
export const FUNCTION_ARN = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:worker`;
/** The ARN of the queue that rules of these tests send to. */
export const QUEUE_ARN = `arn:aws:sqs:eu-west-1:${ACCOUNT}:jobs`;
/** The ARN of the queue for what could not be delivered. */
export const DEAD_LETTER_ARN = `arn:aws:sqs:eu-west-1:${ACCOUNT}:dead`;

/** A kernel whose identity knows services and roles, and which keeps the events of one name. */
export function eventsKernel(overrides: Partial<Kernel> = {}): Kernel {
  const principal = (arn: string, kind: Principal['kind'], more: Partial<Principal>): Principal => ({
    arn,
    kind,
    accountId: ACCOUNT,
    ...more,
  });
  const base = localKernel();
  const identity: Identity = {
    ...base.identity,
    service: (name) => principal(name, 'service', { service: name }),
    role: (roleArn) => principal(roleArn, 'role', { roleArn }),
  };
  return { ...base, identity, ...overrides };
}

/** Keeps what is emitted under a name. */
export function kept<Name extends CloudEventName>(kernel: Kernel, name: Name): CloudEvents[Name][] {
  const events: CloudEvents[Name][] = [];
  kernel.events.on(name, (event) => events.push(event));
  return events;
}

/** What a target was handed. */
export interface Received {
  readonly arn: string;
  readonly body: string;
  readonly caller: FunctionCaller;
}

/** Functions and queues that take everything, or refuse with the given errors first. */
export function recordingPorts(refusals: AwsError[] = []) {
  const received: Received[] = [];
  const take = (arn: string, body: string, caller: FunctionCaller) => {
    const refusal = arn === DEAD_LETTER_ARN ? undefined : refusals.shift();
    if (refusal !== undefined) throw refusal;
    received.push({ arn, body, caller });
    return 'id';
  };
  const unused = () => {
    throw new AwsError('Unused', 'no call is expected');
  };
  const functions: FunctionPort = {
    invokeEvent: async (arn, payload, caller) => void take(arn, payload, caller),
    invokeSync: unused,
  };
  const queues: QueuePort = {
    send: (arn, body, { principal, context = {} }) => take(arn, body, { principal, context }),
    receive: unused,
    visibilityTimeoutSeconds: unused,
    delete: unused,
    changeVisibility: unused,
    onVisible: unused,
  };
  return { received, functions, queues };
}

/** The declaration of a rule with one target, the function unless said otherwise. */
export function ruleDeclaration(properties: object, target: object = {}): ResourceDeclaration {
  return {
    type: 'AWS::Events::Rule',
    logicalId: 'Rule',
    stackName: 'Main',
    assemblyDir: '',
    properties: { Name: 'rule', Targets: [{ Id: 'T', Arn: FUNCTION_ARN, ...target }], ...properties },
  };
}

/** Creates a resource through the service's provider. */
export function create(service: LocalService, declaration: ResourceDeclaration) {
  return service.resources?.[declaration.type]?.(declaration);
}

/** Calls an operation as a caller that may do what `authorize` does not refuse. */
export async function call(
  service: LocalService,
  operation: string,
  input: object,
  authorize: (action: string, resource: string, context?: object) => void = () => {},
) {
  const run = service.json?.operations[operation] as Operation;
  const principal: Principal = { arn: 'arn:aws:iam::111122223333:root', kind: 'root', accountId: ACCOUNT };
  return run(input, { requestId: 'r', principal, authorize });
}

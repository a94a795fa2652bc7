import type { ResourceType } from '../cloudcontrol/resource-type.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { HookPort, HookQuestion } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import type { WireHttpApi } from '../wire/http-context.ts';
import { createQueryApi } from '../wire/query-api.ts';
import { hookActions } from './hook-actions.ts';
import { createHooks } from './hooks.ts';
import { createKnownStacks } from './known-stacks.ts';
import { readLambdaHook } from './lambda-hook.ts';
import { lambdaHookType } from './lambda-hook-type.ts';
import { type DescribeResourceType, typeActions } from './type-actions.ts';

/** What CloudFormation reaches of the other services. */
export interface CloudFormationOptions {
  readonly functions: FunctionPort;
  readonly describeType: DescribeResourceType;
}

/** CloudFormation as far as hooks and types go; stacks are deployed by the library and the command. */
export interface CloudFormation extends LocalService {
  readonly hooks: HookPort;
  /** The type of hooks, for Cloud Control. */
  readonly hookType: ResourceType;
}

const PAYLOADS = '/hook-payloads/';

/** Creates CloudFormation (query protocol): DescribeType, and hooks with their results. */
export function createCloudFormation(
  kernel: Kernel,
  { functions, describeType }: CloudFormationOptions,
): CloudFormation {
  const payloads = new Map<string, string>();

  /** A signed address, which every HTTP client can read. */
  function payloadUrl(payload: object): string {
    const id = kernel.uuid();
    payloads.set(id, JSON.stringify(payload));
    const scope = `AKIALOCAL/20260101/${kernel.region}/cloudformation/aws4_request`;
    const query = new URLSearchParams({ 'X-Amz-Credential': scope, 'X-Amz-Expires': '60', 'X-Amz-Signature': id });
    return `${kernel.endpoint()}${PAYLOADS}${id}?${query}`;
  }

  const hooks = createHooks({ kernel, functions, payloadUrl });
  const stacks = createKnownStacks(kernel);
  const api = createQueryApi({
    title: 'CloudFormation',
    signingNames: ['cloudformation'],
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    actions: { ...hookActions(hooks), ...typeActions(kernel, hooks, describeType) },
  });

  async function refuseByHooks(question: HookQuestion): Promise<void> {
    const refused = await hooks.ask(question);
    if (refused.length === 0) return;
    const names = refused.map(({ typeName }) => typeName).join(', ');
    const reasons = refused.map(({ statusReason }) => statusReason).join('; ');
    throw new AwsError('ValidationError', `The following hook(s) failed: [${names}]: ${reasons}`);
  }

  return {
    name: 'cloudformation',
    hooks,
    hookType: lambdaHookType(kernel, hooks),
    http: withPayloads(api, payloads),
    resources: {
      'AWS::CloudFormation::LambdaHook': ({ properties }) => {
        const hook = readLambdaHook(properties, kernel);
        hooks.put(hook);
        return { ref: hook.arn, attributes: { HookArn: hook.arn } };
      },
    },
    async beforeResource(resource) {
      const question = stacks.questionOf(resource);
      if (question !== undefined) await refuseByHooks(question);
      stacks.passResource(resource);
    },
    async beforeStack(stack) {
      for (const question of stacks.questionsOf(stack)) await refuseByHooks(question);
      stacks.passStack(stack);
    },
  };
}

/** Serves the payloads of hooks beside the API. */
function withPayloads(api: WireHttpApi, payloads: ReadonlyMap<string, string>): WireHttpApi {
  return {
    ...api,
    async handle(request, response, context) {
      const { pathname } = context.url;
      if (request.method !== 'GET' || !pathname.startsWith(PAYLOADS)) return api.handle(request, response, context);
      const payload = payloads.get(pathname.slice(PAYLOADS.length));
      if (payload === undefined) throw new AwsError('NoSuchKey', 'there is no such payload', { status: 404 });
      response.setHeader('Content-Type', 'application/json');
      response.end(payload);
    },
  };
}

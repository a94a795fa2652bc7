import { AwsError } from '../kernel/aws-error.ts';
import type { HookInvocation } from '../kernel/hook-port.ts';
import { pageOf } from '../kernel/page.ts';
import type { QueryAction, QueryContent } from '../wire/query-api.ts';
import { HOOK_VERSION } from './ask-hook.ts';
import type { Hooks } from './hooks.ts';

const LARGEST_PAGE = 100;
const TARGET_TYPES = ['CHANGE_SET', 'STACK', 'RESOURCE', 'CLOUD_CONTROL'];
const STATUSES = ['HOOK_IN_PROGRESS', 'HOOK_COMPLETE_SUCCEEDED', 'HOOK_COMPLETE_FAILED', 'HOOK_FAILED'];

/** ListHookResults and GetHookResult. */
export function hookActions(hooks: Hooks): Record<string, QueryAction> {
  return {
    ListHookResults(input, request) {
      request.authorize('cloudformation:ListHookResults', '*');
      const { TargetType, TargetId, TypeArn, Status, NextToken } = input;
      requireOneOf('targetType', TargetType, TARGET_TYPES);
      requireOneOf('status', Status, STATUSES);
      if ((TargetType === undefined) !== (TargetId === undefined)) {
        throw new AwsError('ValidationError', 'TargetType and TargetId go together: one of them is missing');
      }
      if (Status !== undefined && TypeArn === undefined) {
        throw new AwsError('ValidationError', 'Status is a filter beside TypeArn only');
      }
      const fitting = hooks
        .invocations()
        .filter(({ question }) => TargetType === undefined || question.operation === TargetType)
        .filter(({ question }) => TargetId === undefined || targetsOf(question).includes(String(TargetId)))
        .filter(({ typeArn }) => TypeArn === undefined || typeArn === TypeArn)
        .filter(({ status }) => Status === undefined || status === Status);
      const { items, nextToken } = pageOf(fitting, {
        list: 'cloudformation:ListHookResults',
        size: LARGEST_PAGE,
        token: NextToken as string | undefined,
        refusal: 'ValidationError',
      });
      return {
        TargetType: TargetType as string | undefined,
        TargetId: TargetId as string | undefined,
        HookResults: items.map((invocation) => ({
          ...summary(invocation),
          TargetType: invocation.question.operation,
          TargetId: invocation.question.targetId,
          HookExecutionTarget: invocation.question.targetId,
        })),
        NextToken: nextToken,
      };
    },

    GetHookResult({ HookResultId }, request) {
      request.authorize('cloudformation:GetHookResult', '*');
      const found = hooks.invocations().find(({ hookResultId }) => hookResultId === HookResultId);
      if (found === undefined) {
        const message = `The hook result with ID ${HookResultId} was not found`;
        throw new AwsError('HookResultNotFound', message, { status: 404 });
      }
      const { question, annotations } = found;
      return {
        ...summary(found),
        OriginalTypeName: 'AWS::Hooks::LambdaHook',
        Target: {
          TargetType: 'RESOURCE',
          TargetTypeName: question.targetName,
          TargetId: question.targetLogicalId,
          Action: question.action,
        },
        Annotations: annotations.length === 0 ? undefined : (annotations as readonly QueryContent[]),
      };
    },
  };
}

/** @throws AwsError ValidationError */
function requireOneOf(member: string, value: unknown, values: readonly string[]): void {
  if (value === undefined || values.includes(String(value))) return;
  const message = `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`;
  throw new AwsError('ValidationError', message);
}

/** The names under which a question is found. */
function targetsOf({ targetId, targetLogicalId, stackId }: HookInvocation['question']): readonly string[] {
  return [targetId, targetLogicalId, ...(stackId === undefined ? [] : [stackId])];
}

function summary(invocation: HookInvocation): { readonly [name: string]: QueryContent } {
  return {
    HookResultId: invocation.hookResultId,
    InvocationPoint: 'PRE_PROVISION',
    FailureMode: invocation.failureMode,
    TypeName: invocation.typeName,
    TypeVersionId: invocation.typeVersionId,
    TypeConfigurationVersionId: HOOK_VERSION,
    TypeArn: invocation.typeArn,
    Status: invocation.status,
    HookStatusReason: invocation.statusReason,
    InvokedAt: new Date(invocation.invokedAt).toISOString(),
  };
}

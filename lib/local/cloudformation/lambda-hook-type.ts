import { HandlerError, handlerErrorOf } from '../cloudcontrol/handler-error.ts';
import type { Model, ResourceSchema, ResourceType } from '../cloudcontrol/resource-type.ts';
import { named, OBJECT, TEXT, TEXTS } from '../cloudcontrol/schema-parts.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Hooks } from './hooks.ts';
import { type LambdaHook, readLambdaHook } from './lambda-hook.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::CloudFormation::LambdaHook',
  properties: {
    ...named(TEXT, 'Alias', 'ExecutionRole', 'FailureMode', 'HookArn', 'HookStatus', 'LambdaFunction'),
    StackFilters: OBJECT,
    TargetFilters: OBJECT,
    TargetOperations: TEXTS,
  },
  required: ['LambdaFunction', 'FailureMode', 'Alias', 'ExecutionRole', 'TargetOperations', 'HookStatus'],
  primaryIdentifier: ['HookArn'],
  readOnly: ['HookArn'],
  createOnly: ['Alias'],
  permissions: {},
};

/** Makes the type of hooks, by which Cloud Control puts them into the account as templates do. */
export function lambdaHookType(kernel: Kernel, hooks: Hooks): ResourceType {
  function mustExist(arn: string): LambdaHook {
    const hook = hooks.hooks().find((candidate) => candidate.arn === arn);
    if (hook !== undefined) return hook;
    const message = `Resource of type '${schema.typeName}' with identifier '${arn}' was not found.`;
    throw new HandlerError('NotFound', message);
  }

  return {
    schema,
    async create(model) {
      const hook = read(model, kernel);
      if (hooks.hooks().some(({ arn }) => arn === hook.arn)) {
        const message = `Resource of type '${schema.typeName}' with identifier '${hook.arn}' already exists.`;
        throw new HandlerError('AlreadyExists', message);
      }
      hooks.put(hook);
      return hook.arn;
    },
    read: async (arn) => modelOf(mustExist(arn)),
    async update(arn, desired) {
      mustExist(arn);
      hooks.put(read(desired, kernel));
    },
    delete: async (arn) => hooks.remove(mustExist(arn)),
    list: async () => hooks.hooks().map(({ arn }) => arn),
  };
}

/** @throws HandlerError InvalidRequest */
function read(model: Model, kernel: Kernel): LambdaHook {
  try {
    return readLambdaHook(model, kernel);
  } catch (error) {
    throw error instanceof AwsError ? handlerErrorOf(error) : error;
  }
}

function modelOf(hook: LambdaHook): Model {
  const { typeName, arn, isEnabled, targetFilters, stackFilters } = hook;
  return {
    HookArn: arn,
    Alias: typeName,
    LambdaFunction: hook.lambdaFunction,
    ExecutionRole: hook.executionRole,
    FailureMode: hook.failureMode,
    HookStatus: isEnabled ? 'ENABLED' : 'DISABLED',
    TargetOperations: hook.targetOperations,
    ...(targetFilters === undefined ? {} : { TargetFilters: targetFilters }),
    ...(stackFilters === undefined ? {} : { StackFilters: stackFilters }),
  };
}

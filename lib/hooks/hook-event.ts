import { InvalidEventError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { isObject, member, memberNames, objectMember, textMember } from './members.ts';

/** The operations that a hook is asked about, by the names of `TargetOperations`. */
export type HookOperation = 'RESOURCE' | 'STACK' | 'CHANGE_SET' | 'CLOUD_CONTROL';

/** What is about to happen; of other values that AWS may add, the name. */
export type HookAction = 'CREATE' | 'UPDATE' | 'DELETE' | (string & {});

/** The properties of a resource, or the template of a stack. */
export type ResourceProperties = { readonly [name: string]: Json | undefined };

/** What an operation is aimed at. */
export interface HookTarget {
  /** The type of the resource, such as `AWS::S3::Bucket`; or `STACK`, `CHANGE_SET`. */
  readonly name: string;
  /** The logical id of the resource, the name of the stack, the ARN of the change set; Cloud Control makes one up. */
  readonly logicalId: string;
}

/** One invocation of a hook, read leniently. */
export interface HookInvocation {
  /** Comes back with the answer, or nobody takes it. */
  readonly clientRequestToken: string;
  readonly operation: HookOperation;
  readonly action: HookAction;
  readonly target: HookTarget;
  readonly accountId: string | undefined;
  /** Absent for Cloud Control. */
  readonly stackId: string | undefined;
  readonly changeSetId: string | undefined;
  /** The alias of the hook. */
  readonly hookTypeName: string | undefined;
  readonly before: ResourceProperties | undefined;
  readonly after: ResourceProperties | undefined;
  /** Where the templates of a stack or change set are: a signed address, so a secret. */
  readonly payloadUrl: string | undefined;
  /** What the last round left with CloudFormation. */
  readonly callbackContext: unknown;
  /** What is missing, so that the logic could not tell what it is asked. */
  readonly problem: string | undefined;
}

const ACTION = /^([A-Z]+)_PRE_PROVISION$/;

/**
 * Reads what CloudFormation invokes a hook's function with. The guide spells some members in two ways
 * (`clientRequesttoken`, `stackID`), so their case does not count.
 *
 * See https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
 *
 * @throws InvalidEventError where there is nobody who could be answered; it tells names of members and no values
 */
export function readHookEvent(event: unknown): HookInvocation {
  if (isObject(event) && isObject(objectMember(event, 'request').hookContext)) {
    throw new InvalidEventError(
      'this is the event of a custom hook, {"request": {"hookContext": ...}}, which takes another answer; resourceHook answers Lambda Hooks (AWS::CloudFormation::LambdaHook)',
    );
  }
  const clientRequestToken = textMember(event, 'clientRequestToken');
  if (clientRequestToken === undefined) {
    throw new InvalidEventError(
      `expected the event of a Lambda Hook, {"clientRequestToken": ..., "actionInvocationPoint": ..., "requestData": ...}, but got ${memberNames(event)}`,
    );
  }
  const data = objectMember(event, 'requestData');
  const point = textMember(event, 'actionInvocationPoint') ?? '';
  const action = ACTION.exec(point)?.[1] ?? point;
  const name = textMember(data, 'targetName');
  return {
    clientRequestToken,
    operation: operationOf(name, textMember(data, 'targetType')),
    action,
    target: { name: name ?? '', logicalId: textMember(data, 'targetLogicalId') ?? '' },
    accountId: textMember(event, 'awsAccountId'),
    stackId: textMember(event, 'stackId'),
    changeSetId: textMember(event, 'changeSetId'),
    hookTypeName: textMember(event, 'hookTypeName'),
    ...propertiesOf(objectMember(data, 'targetModel'), action),
    payloadUrl: textMember(data, 'payload'),
    callbackContext: member(objectMember(event, 'requestContext'), 'callbackContext') ?? undefined,
    problem: problemOf(point, name),
  };
}

/** Only Cloud Control has `RESOURCE` where stacks have the type of the resource once more. */
function operationOf(name: string | undefined, type: string | undefined): HookOperation {
  if (name === 'STACK' || name === 'CHANGE_SET') return name;
  return type === 'RESOURCE' ? 'CLOUD_CONTROL' : 'RESOURCE';
}

/** What will not be there afterwards, or was not there before, is undefined; a resource may have no properties at all. */
function propertiesOf(model: object, action: string): Pick<HookInvocation, 'before' | 'after'> {
  const of = (name: string) => objectMember(model, name) as ResourceProperties;
  const before = of('previousResourceProperties');
  return {
    before: action === 'UPDATE' || action === 'DELETE' || Object.keys(before).length > 0 ? before : undefined,
    after: action === 'DELETE' ? undefined : of('resourceProperties'),
  };
}

function problemOf(point: string, name: string | undefined): string | undefined {
  if (point === '')
    return 'the event of the hook does not say what is about to happen: it has no actionInvocationPoint';
  if (name === undefined)
    return 'the event of the hook does not say what it is about: it has no requestData.targetName';
  return undefined;
}

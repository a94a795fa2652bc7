import { randomUUID } from 'node:crypto';
import { checkOptions } from '../core/check-options.ts';

/** What every event of a hook may be told; everything else is filled in. */
export interface HookEventOptions {
  /** @defaultValue 'CREATE' */
  readonly action?: 'CREATE' | 'UPDATE' | 'DELETE';
  /** @defaultValue a new one */
  readonly clientRequestToken?: string;
  /** What the last round left: `callbackContext` of a response. @defaultValue null */
  readonly callbackContext?: unknown;
}

/** What {@link resourceHookEvent} may be told. */
export interface ResourceHookEventOptions extends HookEventOptions {
  /** Who begins the operation. @defaultValue 'RESOURCE': the deployment of a stack */
  readonly operation?: 'RESOURCE' | 'CLOUD_CONTROL';
  /** The type of the resource. @defaultValue 'AWS::S3::Bucket' */
  readonly type?: string;
  /** @defaultValue 'Bucket' */
  readonly logicalId?: string;
  /** The properties that the resource has now. @defaultValue none */
  readonly before?: object;
  /** The properties that it is to have. @defaultValue none */
  readonly after?: object;
}

/** What {@link stackHookEvent} may be told. */
export interface StackHookEventOptions extends HookEventOptions {
  /** @defaultValue 'MyStack' */
  readonly stackName?: string;
  /** The template, as an object or as text. @defaultValue one without resources */
  readonly template?: object | string;
  /** @defaultValue none */
  readonly previousTemplate?: object | string;
}

/** One resource of a change set; see {@link changeSetHookEvent}. */
export interface HookEventChange {
  readonly logicalId: string;
  readonly type: string;
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly before?: object;
  readonly after?: object;
}

/** What {@link changeSetHookEvent} may be told. */
export interface ChangeSetHookEventOptions extends Omit<HookEventOptions, 'action'> {
  /** @defaultValue one without resources */
  readonly template?: object | string;
  /** @defaultValue none */
  readonly changes?: readonly HookEventChange[];
}

/** The event of a Lambda Hook. */
export type HookEvent = Readonly<Record<string, unknown>> & { readonly clientRequestToken: string };

const COMMON_OPTIONS = [
  'action',
  'clientRequestToken',
  'callbackContext',
] as const satisfies readonly (keyof HookEventOptions)[];
const RESOURCE_OPTIONS = [
  ...COMMON_OPTIONS,
  'operation',
  'type',
  'logicalId',
  'before',
  'after',
] as const satisfies readonly (keyof ResourceHookEventOptions)[];
const STACK_OPTIONS = [
  ...COMMON_OPTIONS,
  'stackName',
  'template',
  'previousTemplate',
] as const satisfies readonly (keyof StackHookEventOptions)[];
const CHANGE_SET_OPTIONS = [
  'clientRequestToken',
  'callbackContext',
  'template',
  'changes',
] as const satisfies readonly (keyof ChangeSetHookEventOptions)[];

const ACCOUNT = '123456789012';
const ARN = `arn:aws:cloudformation:us-west-2:${ACCOUNT}`;
const STACK_ID = `${ARN}:stack/MyStack/1a2345b6-0000-00a0-a123-00abc0abc000`;
const CHANGE_SET_ID = `${ARN}:changeSet/MyChangeSet/1a2345b6-0000-00a0-a123-00abc0abc000`;

/**
 * What a hook on resources is asked: by the deployment of a stack, or by Cloud Control.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function resourceHookEvent(options: ResourceHookEventOptions = {}): HookEvent {
  checkOptions('resourceHookEvent', options, RESOURCE_OPTIONS);
  const { operation = 'RESOURCE', type = 'AWS::S3::Bucket', logicalId = 'Bucket', before = {}, after = {} } = options;
  const isCloudControl = operation === 'CLOUD_CONTROL';
  return hookEvent(options, {
    stackId: isCloudControl ? null : STACK_ID,
    requestData: {
      targetName: type,
      targetType: isCloudControl ? 'RESOURCE' : type,
      targetLogicalId: logicalId,
      targetModel: { resourceProperties: after, previousResourceProperties: before },
    },
  });
}

/**
 * What a hook on stacks is asked. The address of its payload is a `data:` URL, so that it can be read anywhere.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function stackHookEvent(options: StackHookEventOptions = {}): HookEvent {
  checkOptions('stackHookEvent', options, STACK_OPTIONS);
  const { stackName = 'MyStack', template = { Resources: {} }, previousTemplate, action = 'CREATE' } = options;
  return hookEvent(options, {
    stackId: STACK_ID,
    requestData: {
      targetName: 'STACK',
      targetType: 'STACK',
      targetLogicalId: stackName,
      payload: dataUrl({
        template: action === 'DELETE' ? '' : textOf(template),
        previousTemplate: previousTemplate === undefined ? '' : textOf(previousTemplate),
      }),
    },
  });
}

/**
 * What a hook on change sets is asked. The address of its payload is a `data:` URL, as in {@link stackHookEvent}.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function changeSetHookEvent(options: ChangeSetHookEventOptions = {}): HookEvent {
  checkOptions('changeSetHookEvent', options, CHANGE_SET_OPTIONS);
  const { template = { Resources: {} }, changes = [] } = options;
  const changedResources = changes.map(({ logicalId, type, action, before, after }) => ({
    logicalResourceId: logicalId,
    resourceType: type,
    action,
    lineNumber: null,
    beforeContext: before === undefined ? null : JSON.stringify(before),
    afterContext: after === undefined ? null : JSON.stringify(after),
  }));
  return hookEvent(options, {
    stackId: STACK_ID,
    changeSetId: CHANGE_SET_ID,
    requestData: {
      targetName: 'CHANGE_SET',
      targetType: 'CHANGE_SET',
      targetLogicalId: CHANGE_SET_ID,
      payload: dataUrl({ template: textOf(template), changedResources }),
    },
  });
}

function hookEvent(
  { action = 'CREATE', clientRequestToken = randomUUID(), callbackContext = null }: HookEventOptions,
  members: object,
): HookEvent {
  return {
    clientRequestToken,
    awsAccountId: ACCOUNT,
    changeSetId: null,
    hookTypeName: 'My::Lambda::Hook',
    hookTypeVersion: '00000001',
    hookModel: { LambdaFunction: `arn:aws:lambda:us-west-2:${ACCOUNT}:function:MyFunction` },
    actionInvocationPoint: `${action}_PRE_PROVISION`,
    requestContext: { invocation: 1, callbackContext },
    ...members,
  };
}

function textOf(template: object | string): string {
  return typeof template === 'string' ? template : JSON.stringify(template);
}

function dataUrl(payload: object): string {
  return `data:application/json;base64,${Buffer.from(JSON.stringify(payload)).toString('base64')}`;
}

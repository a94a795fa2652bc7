import { isRecord } from '../is-record.ts';
import { expandEvent } from './expand-event.ts';
import type { ExpandedResources } from './expanded-resources.ts';
import { functionRole } from './function-role.ts';

type Members = Readonly<Record<string, unknown>>;

const ALLOWED_DESTINATIONS = ['SQS', 'Lambda'];

/**
 * The resources of one `AWS::Serverless::Function`. What has the same name in `AWS::Lambda::Function` goes there as it is.
 *
 * @param defaults - of the template's `Globals`
 * @throws Error that names what is not simulated
 */
export function expandFunction(id: string, resource: Members, defaults: Members): ExpandedResources {
  const { Condition, DependsOn, Properties: own = {}, Metadata } = resource;
  if (!isRecord(own)) throw new Error(`Properties of ${id} must be a map`);
  const properties = merged(defaults, own);
  const { CodeUri, InlineCode, Events, EventInvokeConfig, Policies, Tags, Tracing, DeadLetterQueue, ...same } =
    properties;
  const { AssumeRolePolicyDocument, PermissionsBoundary, RolePath, AutoPublishAlias, ...passed } = same;
  if (AutoPublishAlias !== undefined) throw new Error(`${id} has an AutoPublishAlias, which is not simulated`);
  if (Events !== undefined && !isPlainMap(Events)) throw new Error(`Events of ${id} must be a map of events by name`);
  const common = { ...(Condition === undefined ? {} : { Condition }) };
  const events = Object.entries(Events ?? {});
  const invoke = isRecord(EventInvokeConfig) ? EventInvokeConfig : undefined;
  const roleId = `${id}Role`;
  return {
    [id]: {
      Type: 'AWS::Lambda::Function',
      ...common,
      ...(DependsOn === undefined ? {} : { DependsOn }),
      ...(Metadata === undefined ? {} : { Metadata }),
      Properties: {
        ...(passed.Role === undefined ? { Role: { 'Fn::GetAtt': [roleId, 'Arn'] } } : {}),
        ...passed,
        ...(passed.PackageType === 'Image' ? {} : { Code: codeOf(id, CodeUri, InlineCode) }),
        ...(isRecord(Tags) ? { Tags: Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) } : {}),
        ...(Tracing === undefined ? {} : { TracingConfig: { Mode: Tracing } }),
        ...(isRecord(DeadLetterQueue) ? { DeadLetterConfig: { TargetArn: DeadLetterQueue.TargetArn } } : {}),
      },
    },
    ...(passed.Role === undefined
      ? {
          [roleId]: {
            ...common,
            ...functionRole(id, {
              policies: [Policies ?? []].flat(),
              polls: events.some(([, event]) => isRecord(event) && event.Type === 'SQS'),
              sendsTo: destinationsOf(invoke),
              ...{ AssumeRolePolicyDocument, PermissionsBoundary, RolePath },
            }),
          },
        }
      : {}),
    ...(invoke === undefined ? {} : { [`${id}EventInvokeConfig`]: { ...common, ...invokeConfig(id, invoke) } }),
    ...Object.fromEntries(
      events.flatMap(([name, event]) =>
        Object.entries(expandEvent(id, name, event)).map(([made, source]) => [made, { ...common, ...source }]),
      ),
    ),
  };
}

/**
 * Of maps the members are merged, of lists the elements added; what the function says itself counts. An intrinsic function
 * is one value.
 */
function merged(defaults: Members, own: Members): Members {
  const result: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(own)) {
    const before = result[name];
    if (isPlainMap(before) && isPlainMap(value)) result[name] = merged(before, value);
    else result[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return result;
}

/** A map that is not the call of an intrinsic function. */
function isPlainMap(value: unknown): value is Members {
  return isRecord(value) && !Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));
}

function codeOf(id: string, uri: unknown, inline: unknown): unknown {
  if (inline !== undefined) return { ZipFile: inline };
  if (uri === undefined || uri === null) throw new Error(`${id} has no code: name its folder as CodeUri`);
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(String(uri)) ?? [];
  if (bucket !== undefined) return { S3Bucket: bucket, S3Key: key };
  if (!isPlainMap(uri)) return uri;
  return {
    S3Bucket: uri.Bucket,
    S3Key: uri.Key,
    ...(uri.Version === undefined ? {} : { S3ObjectVersion: uri.Version }),
  };
}

function invokeConfig(id: string, { DestinationConfig, ...settings }: Members): Members {
  const destinations = Object.entries(isRecord(DestinationConfig) ? DestinationConfig : {}).map(([when, target]) => {
    const { Type, Destination } = isRecord(target) ? target : {};
    if (Destination === undefined || !ALLOWED_DESTINATIONS.includes(String(Type))) {
      throw new Error(`${when} of ${id} must name a Destination of the Type SQS or Lambda: others are not simulated`);
    }
    return [when, { Destination }];
  });
  return {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: id },
      Qualifier: '$LATEST',
      ...settings,
      ...(destinations.length === 0 ? {} : { DestinationConfig: Object.fromEntries(destinations) }),
    },
  };
}

/** The queues and functions that SAM lets the role send to. */
function destinationsOf(invoke: Members | undefined): readonly { readonly type: string; readonly arn: unknown }[] {
  const destinations = isRecord(invoke?.DestinationConfig) ? Object.values(invoke.DestinationConfig) : [];
  return destinations.filter(isRecord).map(({ Type, Destination }) => ({ type: String(Type), arn: Destination }));
}

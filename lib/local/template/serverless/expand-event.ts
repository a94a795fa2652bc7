import { isRecord } from '../is-record.ts';
import type { ExpandedResources } from './expanded-resources.ts';

/**
 * The resources of one event source of a serverless function.
 *
 * @throws Error for a type that is not simulated
 */
export function expandEvent(functionId: string, name: string, event: unknown): ExpandedResources {
  const { Type: type, Properties: given } = isRecord(event) ? event : {};
  const properties = isRecord(given) ? given : {};
  const id = `${functionId}${name}`;
  switch (type) {
    case 'SQS': {
      const { Queue, ...settings } = properties;
      const mapping = { ...settings, EventSourceArn: Queue, FunctionName: { Ref: functionId } };
      return { [id]: { Type: 'AWS::Lambda::EventSourceMapping', Properties: mapping } };
    }
    case 'EventBridgeRule':
    case 'CloudWatchEvent': {
      const { Pattern, ...settings } = properties;
      return rule(functionId, id, { ...settings, EventPattern: Pattern });
    }
    case 'Schedule': {
      const { Schedule, Enabled, ...settings } = properties;
      return rule(functionId, id, {
        ...settings,
        ScheduleExpression: Schedule,
        ...(Enabled === false ? { State: 'DISABLED' } : {}),
      });
    }
    default: {
      const what = typeof type === 'string' ? `is of the type ${type}` : 'names no Type';
      throw new Error(
        `the event ${name} of ${functionId} ${what}: SQS, EventBridgeRule, CloudWatchEvent and Schedule are simulated`,
      );
    }
  }
}

const TARGET_SETTINGS = ['Input', 'InputPath', 'RetryPolicy', 'DeadLetterConfig'];

function rule(functionId: string, id: string, properties: Readonly<Record<string, unknown>>): ExpandedResources {
  const { RuleName: Name, ...rest } = properties;
  const isOfTarget = ([name]: [string, unknown]) => TARGET_SETTINGS.includes(name);
  const [ofTarget, ofRule] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(rest).filter((entry) => isOfTarget(entry) === wanted)),
  );
  const target = { Id: `${id}LambdaTarget`, Arn: { 'Fn::GetAtt': [functionId, 'Arn'] }, ...ofTarget };
  return {
    [id]: {
      Type: 'AWS::Events::Rule',
      Properties: { ...ofRule, ...(Name === undefined ? {} : { Name }), Targets: [target] },
    },
    [`${id}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: functionId },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
      },
    },
  };
}

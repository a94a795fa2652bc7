import { type ActionTypeUrls, actionTypeProblems } from './action-type-properties.ts';
import { requireProperties } from './check-function.ts';
import {
  checkProperties,
  choice,
  knownDuration,
  object,
  objects,
  text,
  texts,
  withMember,
} from './check-properties.ts';
import type { WorkerActionType } from './worker-action.ts';

/** What says which jobs a worker does. */
interface WorkerProps {
  readonly actionType: Partial<WorkerActionType> &
    Pick<WorkerActionType, 'category' | 'provider'> & { readonly urls?: ActionTypeUrls };
}

/**
 * The action type of a worker, checked.
 *
 * @throws Error that says what was given and what can be, or what CodePipeline would refuse, and why
 */
export function workerActionType(
  owner: WorkerActionType['owner'],
  where: string,
  props: WorkerProps,
): WorkerActionType {
  requireProperties(where, props, { actionType: "{ category: 'Build', provider: 'Checks' }" });
  requireProperties(`the actionType of ${where}`, props.actionType, { category: "'Build'", provider: "'Checks'" });
  checkProperties(where, props, {
    pollEvery: knownDuration,
    clientTokenSecret: withMember('a secret, such as Secret.fromSecretNameV2(…)', 'secretArn'),
  });
  checkProperties(`the actionType of ${where}`, props.actionType, {
    category: choice('Build', 'Deploy', 'Invoke', 'Source', 'Test'),
    provider: text,
    version: text,
    properties: objects,
    inputs: object,
    outputs: object,
    urls: object,
    allowedAccounts: texts,
  });
  const { category, provider, version = '1', properties = [], inputs = {}, outputs = {}, urls = {} } = props.actionType;
  const problems = actionTypeProblems(properties, urls);
  if (problems.length > 0) {
    throw new Error(
      `the action type ${owner}/${category}/${provider}/${version} cannot be:\n- ${problems.join('\n- ')}`,
    );
  }
  return { owner, category, provider, version, properties, inputs, outputs };
}

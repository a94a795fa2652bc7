import { CfnParameter } from 'aws-cdk-lib';
import { ThirdPartyActionWorker } from '../../infra/index.ts';
import type { LocalCloud } from '../../lib/local/cloud.ts';
import { VARIABLES } from './crash-pipelines.ts';
import type { StackParts } from './crash-stack.ts';
import { actionTypeOf, declareEachWorker, WORKERS } from './worker-stack.ts';

/** Adds the workers of a partner; each is told its customer by parameters of the stack. */
export function declareThirdPartyWorkers(parts: StackParts): void {
  const { stack } = parts;
  declareEachWorker(parts, 'third-party-logic.ts', (name, { environment, ...props }) => {
    const parameter = (id: string) => new CfnParameter(stack, `${name}${id}`, { noEcho: true }).valueAsString;
    return new ThirdPartyActionWorker(stack, name, {
      ...props,
      environment: { ...environment, CLIENT_ID: parameter('ClientId'), CLIENT_TOKEN: parameter('ClientToken') },
      actionType: actionTypeOf(name),
    });
  });
}

/** Registers the partner's action types and connects the account to them; gives the parameters of the stack. */
export function connectCustomer({ codepipeline, accountId }: LocalCloud): Readonly<Record<string, string>> {
  const none = { minimumCount: 0, maximumCount: 0 };
  const parameters = WORKERS.map((name) => {
    const { category, provider } = actionTypeOf(name);
    const { clientId, clientToken } = codepipeline.thirdPartyTypes.register({
      id: { category, owner: 'ThirdParty', provider, version: '1' },
      executor: {
        type: 'JobWorker',
        configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: [accountId] } },
      },
      properties: VARIABLES.map((variable) => ({ name: variable, optional: false, key: false, noEcho: false })),
      inputArtifactDetails: none,
      outputArtifactDetails: none,
    });
    return { [`${name}ClientId`]: clientId, [`${name}ClientToken`]: clientToken };
  });
  return Object.assign({}, ...parameters) as Record<string, string>;
}

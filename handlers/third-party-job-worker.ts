import { succeed, thirdPartyJobWorker } from 'ringback/codepipeline';
import { configuration, runChecks } from './artifact-checks/run-checks.ts';

/**
 * The same checks as a partner's action type, Test/PartnerChecks. The client tokens stand in the secret that
 * `CLIENT_TOKEN_SECRET` names, a JSON object by client id.
 */
export const handler = thirdPartyJobWorker(
  async (job) => {
    const result = await runChecks(job);
    if (!('passed' in result)) return result;
    const { summary, externalExecutionId } = result;
    return succeed({ summary, externalExecutionId });
  },
  {
    actionType: { category: 'Test', provider: 'PartnerChecks' },
    parameters: configuration,
    clientTokens: { secretId: process.env.CLIENT_TOKEN_SECRET ?? 'partner/client-tokens' },
  },
);

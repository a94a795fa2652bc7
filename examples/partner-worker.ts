import { succeed, thirdPartyJobWorker } from 'ringback/codepipeline';

/** The job worker of a partner's action type; each customer's client token stands in one secret. */
export const handler = thirdPartyJobWorker(
  (job) => succeed({ summary: `scanned for ${job.pipelineContext.pipelineName}` }),
  {
    actionType: { category: 'Test', provider: 'Partner' },
    clientTokens: { secretId: process.env.CLIENT_TOKEN_SECRET ?? 'partner/client-tokens' },
  },
);

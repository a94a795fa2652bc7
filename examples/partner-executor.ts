import { actionExecutor, succeed } from 'ringback/codepipeline';

/** The executor of a partner's action type: CodePipeline invokes it and reads the answer from what it returns. */
export const handler = actionExecutor((job) => succeed({ variables: { Answer: 42, Job: job.id } }));

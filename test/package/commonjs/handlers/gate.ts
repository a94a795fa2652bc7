import { pipelineJob, succeed } from 'ringback/codepipeline';

export const handler = pipelineJob(() => succeed({ variables: { Well: 'yes' } }));

import { fail, pipelineJob } from 'ringback/codepipeline';

export const handler = pipelineJob(() => fail('not today'));

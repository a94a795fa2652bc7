import { startBuild } from 'ringback/codebuild';
import { pipelineJob } from 'ringback/codepipeline';

export const handler = pipelineJob((job) =>
  startBuild(job, { within: { hours: 2 }, environment: { TARGET: job.configuration.UserParameters ?? '' } }),
);

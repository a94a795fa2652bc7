import { startBuild } from 'ringback/codebuild';
import { pipelineJob } from 'ringback/codepipeline';

/** Leaves a release to a build, and takes what that exports for the action's output variables. */
export const handler = pipelineJob((job) =>
  startBuild(job, { within: { hours: 1 }, environment: { SUBJECT: job.configuration.UserParameters ?? '' } }),
);

import { startBuild } from 'ringback/codebuild';
import { workflowStep } from 'ringback/transfer';

/** Leaves the look at an uploaded file to a build. */
export const handler = workflowStep((step) =>
  startBuild(step, { within: { minutes: 20 }, environment: { SUBJECT: 'key' in step.file ? step.file.key : '' } }),
);

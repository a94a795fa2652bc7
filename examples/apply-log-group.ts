import { ensureResource, follow } from 'ringback/cloudcontrol';
import { pipelineJob } from 'ringback/codepipeline';
import * as z from 'zod';

export const handler = pipelineJob(
  (job) => {
    const desiredState = { LogGroupName: job.parameters.name, RetentionInDays: 30 };
    return follow(job, ensureResource({ typeName: 'AWS::Logs::LogGroup', desiredState }));
  },
  { parameters: z.object({ name: z.string() }), onCrash: 'retry' },
);

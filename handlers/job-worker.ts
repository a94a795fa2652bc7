import { jobWorker, succeed } from 'ringback/codepipeline';
import { configuration, runChecks } from './artifact-checks/run-checks.ts';

/**
 * The job worker of the custom action type Test/ArtifactChecks: runs the checks that a JSON file in the artifact asks
 * for (required files, forbidden texts, sizes, licence headers), and answers with what it found.
 */
export const handler = jobWorker(
  async (job) => {
    job.log.info('checking', { id: job.id, pipeline: job.pipelineContext.pipelineName });
    const result = await runChecks(job);
    if (!('passed' in result)) return result;
    const { summary, externalExecutionId, variables } = result;
    return succeed({ summary, externalExecutionId, variables });
  },
  { actionType: { category: 'Test', provider: 'ArtifactChecks' }, parameters: configuration },
);

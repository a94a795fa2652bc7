import { isLambdaJobEvent } from '../lambda-event.ts';
import { readHandOver } from '../polled/hand-over.ts';

/** What CodePipeline says of where a job belongs; only of jobs that are polled for. */
interface PipelineContext {
  readonly pipelineName?: unknown;
  readonly pipelineExecutionId?: unknown;
  readonly action?: { readonly name?: unknown };
}

/**
 * A job in the words of OpenTelemetry's conventions for CI/CD.
 *
 * See https://opentelemetry.io/docs/specs/semconv/registry/attributes/cicd/
 */
export function spanAttributes(event: unknown): Readonly<Record<string, string>> {
  const job = isLambdaJobEvent(event) ? event['CodePipeline.job'] : readHandOver(event)?.job;
  const { pipelineContext } = (job?.data ?? {}) as { pipelineContext?: PipelineContext };
  const attributes = {
    'cicd.pipeline.task.run.id': job?.id,
    'cicd.pipeline.name': pipelineContext?.pipelineName,
    'cicd.pipeline.run.id': pipelineContext?.pipelineExecutionId,
    'cicd.pipeline.task.name': pipelineContext?.action?.name,
  };
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

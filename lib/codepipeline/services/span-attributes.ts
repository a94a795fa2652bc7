import type { SpanAttributes } from '../../core/service.ts';
import { isLambdaJobEvent } from '../lambda-event.ts';
import { readHandOver } from '../polled/hand-over.ts';

/** What CodePipeline says of where a job belongs; not to a Lambda action. */
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
export const jobSpanAttributes: SpanAttributes = {
  ofEvent(event) {
    const { id, data } = jobIn(event);
    const { pipelineContext } = (data ?? {}) as { pipelineContext?: PipelineContext };
    const attributes = {
      'cicd.pipeline.task.run.id': id,
      'cicd.pipeline.name': pipelineContext?.pipelineName,
      'cicd.pipeline.run.id': pipelineContext?.pipelineExecutionId,
      'cicd.pipeline.task.name': pipelineContext?.action?.name,
    };
    return Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  },
  ofDecision: ({ kind }) => ({ 'cicd.pipeline.task.run.result': kind === 'failed' ? 'failure' : 'success' }),
};

/** The job in each of the forms in which CodePipeline's events hold one. */
function jobIn(event: unknown): { readonly id?: unknown; readonly data?: unknown } {
  if (isLambdaJobEvent(event)) return event['CodePipeline.job'];
  const { jobId, data } = (event ?? {}) as { readonly jobId?: unknown; readonly data?: unknown };
  return readHandOver(event)?.job ?? { id: jobId, data };
}

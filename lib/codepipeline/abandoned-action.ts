import type { AbandonedExecution } from '../core/service.ts';

/** The part of a "CodePipeline Action Execution State Change" that is read; all of it may be missing. */
interface ActionEvent {
  readonly source?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: {
    readonly state?: string;
    readonly 'execution-result'?: { readonly 'external-execution-id'?: string };
  };
}

/** How an action ends that nobody answered: CodePipeline waits no more, and calls nobody to say so. */
const WAYS: Readonly<Record<string, string>> = { ABANDONED: 'abandoned', CANCELED: 'canceled' };

/**
 * Reads CodePipeline's event of an action that was given up while something worked for it, named by its external execution
 * id; undefined for every other event.
 *
 * See https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export function readAbandonedAction(event: unknown): AbandonedExecution | undefined {
  const { source, 'detail-type': type, detail } = (event ?? {}) as ActionEvent;
  if (source !== 'aws.codepipeline' || type !== 'CodePipeline Action Execution State Change') return undefined;
  const way = WAYS[detail?.state ?? ''];
  const id = detail?.['execution-result']?.['external-execution-id'];
  if (way === undefined || typeof id !== 'string') return undefined;
  return { id, reason: `nobody waits for it any more: the action was ${way} when its pipeline was stopped` };
}

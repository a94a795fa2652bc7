import type { Kernel } from '../kernel/kernel.ts';
import type { ActionTypeId } from './pipeline.ts';

type Place = Pick<Kernel, 'partition' | 'region' | 'accountId'>;

/** The ARN of a pipeline, or with further names of one of its stages or actions. */
export function pipelineArn(place: Place, ...names: readonly string[]): string {
  return `arn:${place.partition}:codepipeline:${place.region}:${place.accountId}:${names.join('/')}`;
}

/** The ARN of an action type, as IAM policies name it. */
export function actionTypeArn(place: Place, id: ActionTypeId): string {
  return pipelineArn(place, `actiontype:${id.owner}`, id.category, id.provider, id.version);
}

import { describeRuleType } from '../conditions/condition.ts';
import type { PipelineDeclaration } from '../pipeline.ts';
import type { StubTarget } from './stub.ts';

/** Every action and every rule of a pipeline, as stubs select them. */
export function stubTargets({ name: pipeline, stages }: PipelineDeclaration): readonly StubTarget[] {
  return stages.flatMap(({ name: stage, actions, beforeEntry, onSuccess, onFailure }) => [
    ...actions.map(({ name, actionTypeId: { owner, category, provider } }) => ({
      pipeline,
      stage,
      action: name,
      type: `${owner}/${category}/${provider}`,
    })),
    ...[beforeEntry, onSuccess, onFailure]
      .flatMap((declared) => declared?.conditions ?? [])
      .flatMap(({ rules }) => rules)
      .map((rule) => ({ pipeline, stage, action: rule.name, type: describeRuleType(rule.ruleTypeId) })),
  ]);
}

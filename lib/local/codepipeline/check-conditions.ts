import { AwsError } from '../kernel/aws-error.ts';
import type { Condition, Result } from './conditions/condition.ts';
import type { PipelineDeclaration, StageDeclaration } from './pipeline.ts';
import { CONNECTION_PROVIDER } from './triggers/match-trigger.ts';

/** The most rules of a condition (API reference, Condition). */
export const MAXIMUM_RULES = 5;

/** The bounds of a rule's timeout, in minutes (model, RuleTimeout). */
export const RULE_TIMEOUT_MINUTES = { minimum: 5, maximum: 86_400 } as const;

/** What may follow from each kind of condition (user guide, configure conditions for a stage). */
const ALLOWED_RESULTS: Readonly<Record<string, readonly Result[]>> = {
  BeforeEntry: ['FAIL', 'SKIP'],
  OnSuccess: ['FAIL', 'ROLLBACK'],
  OnFailure: ['FAIL', 'RETRY', 'ROLLBACK', 'SKIP'],
};

/**
 * Refuses conditions and triggers that CodePipeline would not take.
 *
 * @throws AwsError InvalidStructureException or InvalidStageDeclarationException
 */
export function checkConditionsAndTriggers(pipeline: PipelineDeclaration): void {
  const { name, pipelineType, stages, triggers } = pipeline;
  const conditional = stages.find(({ beforeEntry, onSuccess, onFailure }) => beforeEntry ?? onSuccess ?? onFailure);
  if (pipelineType === 'V1' && (conditional !== undefined || triggers.length > 0)) {
    const what = conditional === undefined ? 'triggers' : `conditions in stage ${conditional.name}`;
    throw structure(`pipeline ${name} has ${what}, but its type is V1: set PipelineType to V2`);
  }
  for (const [index, stage] of stages.entries()) checkStage(stage, index === 0, pipeline.executionMode);
  for (const { gitConfiguration } of triggers) {
    const source = stages[0]?.actions.find((action) => action.name === gitConfiguration.sourceActionName);
    if (source?.actionTypeId.provider === CONNECTION_PROVIDER) continue;
    throw structure(
      `a trigger of pipeline ${name} names the source action ${gitConfiguration.sourceActionName}: it must be one of the first stage with the provider ${CONNECTION_PROVIDER}`,
    );
  }
}

function checkStage(
  { name, beforeEntry, onSuccess, onFailure }: StageDeclaration,
  isFirst: boolean,
  mode: PipelineDeclaration['executionMode'],
): void {
  const kinds = { BeforeEntry: beforeEntry, OnSuccess: onSuccess, OnFailure: onFailure };
  for (const [kind, declared] of Object.entries(kinds)) {
    if (declared === undefined) continue;
    const conditions = declared.conditions ?? [];
    const least = kind === 'OnFailure' ? 0 : 1;
    if (conditions.length < least || conditions.length > 1) {
      throw stageError(`stage ${name}: ${kind} must have one condition, but has ${conditions.length}`);
    }
    const results = [...conditions.map(({ result }) => result), kind === 'OnFailure' ? onFailure?.result : undefined];
    for (const result of results) {
      if (result === undefined) continue;
      if (ALLOWED_RESULTS[kind]?.includes(result) !== true) {
        throw stageError(
          `stage ${name}: the result of ${kind} must be one of ${ALLOWED_RESULTS[kind]}, but is ${result}`,
        );
      }
      // User guide, set or change the pipeline execution mode.
      if (mode === 'PARALLEL' && result === 'ROLLBACK') {
        throw stageError(
          `stage ${name}: the result of ${kind} is ROLLBACK, which pipelines in PARALLEL mode do not have; use another result or another mode`,
        );
      }
      if (isFirst && result === 'ROLLBACK') throw stageError(`stage ${name}: a source stage cannot be rolled back`);
    }
    for (const condition of conditions) checkRules(name, kind, condition);
  }
}

function checkRules(stage: string, kind: string, { rules }: Condition): void {
  const at = `stage ${stage}: ${kind}`;
  // A condition without rules would hold for everybody, whatever its result.
  if (rules.length > MAXIMUM_RULES || rules.length === 0) {
    throw stageError(`${at} must have 1 to ${MAXIMUM_RULES} rules, but has ${rules.length}`);
  }
  for (const { name, ruleTypeId, timeoutInMinutes: minutes } of rules) {
    if (ruleTypeId.category !== 'Rule') {
      throw stageError(`${at}: the category of rule ${name} must be Rule, but is ${ruleTypeId.category}`);
    }
    const { minimum, maximum } = RULE_TIMEOUT_MINUTES;
    if (minutes === undefined || (minutes >= minimum && minutes <= maximum)) continue;
    throw stageError(`${at}: the timeout of rule ${name} must be ${minimum} to ${maximum} minutes, but is ${minutes}`);
  }
  const names = rules.map((rule) => rule.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw stageError(`${at}: rule names must be unique, but ${twice} is used more than once`);
}

const structure = (message: string) => new AwsError('InvalidStructureException', message);
const stageError = (message: string) => new AwsError('InvalidStageDeclarationException', message);

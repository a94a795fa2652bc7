import type { Kernel } from '../../kernel/kernel.ts';
import type { ConditionExecution, PipelineExecution, RuleExecution } from '../execution.ts';
import type { StateNotices } from '../state-notices.ts';
import type { Condition, ConditionType } from './condition.ts';
import type { RuleRunner } from './rule-runner.ts';

/** What came of a condition: `passed` unless a rule does not hold. */
export interface Judgement {
  readonly passed: boolean;
  /** Which rule does not hold, and why. */
  readonly summary?: string;
}

/** Judges a condition of a stage: all its rules at the same time. Never rejects. */
export type ConditionJudge = (
  execution: PipelineExecution,
  stageName: string,
  type: ConditionType,
  condition: Condition,
) => Promise<Judgement>;

/** Creates the judge of conditions. */
export function createConditionJudge(parts: {
  readonly kernel: Kernel;
  readonly notices: StateNotices;
  readonly runRule: RuleRunner;
}): ConditionJudge {
  const { kernel, notices, runRule } = parts;

  return async (execution, stageName, type, condition) => {
    const judged: ConditionExecution = {
      stageName,
      type,
      rules: [],
      status: 'InProgress',
      lastUpdateTime: kernel.clock.now(),
    };
    execution.conditions.push(judged);
    const overriding = new AbortController();
    const overridden = new Promise<'overridden'>((resolve) => {
      judged.override = () => {
        overriding.abort();
        resolve('overridden');
      };
    });
    notices.condition(execution, judged, 'STARTED');
    const signal = AbortSignal.any([execution.abandon.signal, overriding.signal]);
    const runs = Promise.all(condition.rules.map((rule) => runRule(execution, judged, rule, signal)));
    const result = await Promise.race([overridden, runs]);
    delete judged.override;
    settle(judged, result, kernel.clock.now());
    notices.condition(execution, judged, judged.status.toUpperCase());
    const passed = judged.status === 'Succeeded' || judged.status === 'Overridden';
    return { passed, ...(judged.summary === undefined ? {} : { summary: judged.summary }) };
  };
}

function settle(judged: ConditionExecution, result: 'overridden' | readonly RuleExecution[], now: number): void {
  judged.lastUpdateTime = now;
  if (result === 'overridden') {
    judged.status = 'Overridden';
    return;
  }
  const failed = result.find((rule) => rule.status === 'Failed');
  if (failed !== undefined) {
    judged.status = 'Failed';
    judged.summary = `the condition ${judged.type} of stage ${judged.stageName} is not met: rule ${failed.rule.name}: ${failed.errorDetails?.message ?? 'it does not hold'}`;
    return;
  }
  judged.status = result.some((rule) => rule.status === 'Abandoned') ? 'Abandoned' : 'Succeeded';
}

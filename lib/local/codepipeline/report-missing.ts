import type { Kernel } from '../kernel/kernel.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { describeActionType } from './pipeline.ts';
import type { PipelineStore } from './pipeline-store.ts';
import type { StubTarget } from './stubs/stub.ts';

/** Custom action types may come later than the pipelines that use them, but once all resources exist they must be there. */
export function reportMissingTypes(kernel: Kernel, pipelines: PipelineStore, actionTypes: ActionTypeRegistry): void {
  for (const { declaration } of pipelines.list()) {
    for (const action of declaration.stages.flatMap((stage) => stage.actions)) {
      if (action.actionTypeId.owner !== 'Custom' || actionTypes.find(action.actionTypeId) !== undefined) continue;
      kernel.events.emit('notice', {
        message: `action ${action.name} of pipeline ${declaration.name} will fail: ${describeActionType(action.actionTypeId)} is not available`,
      });
    }
  }
}

/** What will stop for want of a stub is told once all resources exist, and not only when it runs. */
export function reportUnsimulated(kernel: Kernel, targets: readonly StubTarget[]): void {
  const [first] = targets;
  if (first === undefined) return;
  const names = targets.map(({ pipeline, stage, action, type }) => `${pipeline}/${stage}/${action} (${type})`);
  kernel.events.emit('notice', {
    message: `not simulated, and without a stub: ${names.join(', ')}; say what becomes of each, such as --stub '${first.stage}/${first.action}=succeed'`,
  });
}

/** A stub that fits nothing stands for nothing: the action that it was meant for runs, or waits, as if there were none. */
export function reportUnmatched(kernel: Kernel, selectors: readonly string[], targets: readonly StubTarget[]): void {
  if (selectors.length === 0 || targets.length === 0) return;
  const actions = [...new Set(targets.map(({ stage, action }) => `${stage}/${action}`))];
  kernel.events.emit('notice', {
    message: `no action fits the stub of ${selectors.join(', ')}; there are ${actions.join(', ')}`,
  });
}

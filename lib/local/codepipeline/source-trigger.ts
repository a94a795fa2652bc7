import type { Kernel } from '../kernel/kernel.ts';
import type { ExecutionEngine } from './execution-engine.ts';
import type { PipelineStore } from './pipeline-store.ts';

/** Starts pipelines when the object of an S3 source action is created; call the result to stop. */
export function watchSources(kernel: Kernel, pipelines: PipelineStore, engine: ExecutionEngine): () => void {
  return kernel.events.on('objectCreated', ({ bucket, key }) => {
    for (const record of pipelines.list()) {
      const source = record.declaration.stages[0]?.actions.find(
        ({ actionTypeId, configuration }) =>
          actionTypeId.owner === 'AWS' &&
          actionTypeId.provider === 'S3' &&
          configuration.S3Bucket === bucket &&
          configuration.S3ObjectKey === key &&
          // Without polling it is a rule of EventBridge that starts the pipeline.
          configuration.PollForSourceChanges !== 'false',
      );
      if (source === undefined) continue;
      engine.start(record, { trigger: { triggerType: 'PollForSourceChanges', triggerDetail: source.name } });
    }
  });
}

import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { pipelineArn } from './arns.ts';
import { checkStructure } from './check-structure.ts';
import { isEnded } from './execution.ts';
import type { ExecutionEngine } from './execution-engine.ts';
import { parsePipeline } from './parse-pipeline.ts';
import type { PipelineDeclaration } from './pipeline.ts';
import { pipelineProperties } from './pipeline-properties.ts';
import { type PipelineRecord, type PipelineStore, pipelineShown } from './pipeline-store.ts';
import type { RawMembers } from './raw-members.ts';
import { createStageGates } from './stage-gates.ts';
import type { Tag, TagStore } from './tag-operations.ts';

interface PipelineInput {
  readonly pipeline: RawMembers & { readonly name: string; readonly roleArn: string };
  readonly tags?: readonly Tag[];
}

/** What the operations change. */
export interface PipelineParts {
  readonly kernel: Kernel;
  readonly pipelines: PipelineStore;
  readonly actionTypes: ActionTypeRegistry;
  readonly tags: TagStore;
  readonly engine: ExecutionEngine;
  /** Called when a pipeline has come or changed. */
  readonly changed: () => void;
}

/** The operations that make, change and delete pipelines. */
export function createPipelineOperations(parts: PipelineParts): Record<string, Operation> {
  const { kernel, pipelines, actionTypes, tags, engine } = parts;

  function passRole({ authorize }: RequestContext, roleArn: string): void {
    authorize('iam:PassRole', roleArn, { 'iam:PassedToService': 'codepipeline.amazonaws.com' });
    try {
      kernel.identity.authorize(kernel.identity.service('codepipeline.amazonaws.com'), 'sts:AssumeRole', roleArn);
    } catch {
      const message = `CodePipeline is not authorized to perform AssumeRole on role ${roleArn}`;
      throw new AwsError('InvalidStructureException', message);
    }
  }

  function read({ pipeline }: PipelineInput, version: number): PipelineDeclaration {
    const declaration = { ...parsePipeline(pipeline.name, pipelineProperties(pipeline)), version };
    checkStructure(declaration, actionTypes, kernel.region);
    return declaration;
  }

  return {
    CreatePipeline(input: PipelineInput, request) {
      const { name, roleArn } = input.pipeline;
      const arn = pipelineArn(kernel, name);
      request.authorize('codepipeline:CreatePipeline', arn);
      passRole(request, roleArn);
      const declaration = read(input, 1);
      const now = kernel.clock.now();
      const declared = { ...input.pipeline, version: 1 };
      const gates = createStageGates(declaration, engine.supersede);
      const record: PipelineRecord = { declaration, declared, arn, created: now, updated: now, gates, executions: [] };
      pipelines.add(record);
      tags.set(arn, input.tags ?? []);
      parts.changed();
      // A new pipeline runs at once.
      engine.start(record, { trigger: { triggerType: 'CreatePipeline', triggerDetail: request.principal.arn } });
      return { pipeline: declared, ...(input.tags === undefined ? {} : { tags: input.tags }) };
    },

    UpdatePipeline(input: PipelineInput, request) {
      const { name, roleArn } = input.pipeline;
      request.authorize('codepipeline:UpdatePipeline', pipelineArn(kernel, name));
      const before = pipelines.get(name);
      passRole(request, roleArn);
      const version = before.declaration.version + 1;
      const declaration = read(input, version);
      const declared = { ...input.pipeline, version };
      // Executions under way end as they began: they keep the record that they were started with, and their places.
      before.gates.follow(declaration);
      const earlier = [...(before.earlier ?? []), pipelineShown(before)];
      pipelines.replace({ ...before, declaration, declared, earlier, updated: kernel.clock.now() });
      parts.changed();
      return { pipeline: declared };
    },

    DeletePipeline({ name }: { readonly name: string }, request) {
      const arn = pipelineArn(kernel, name);
      request.authorize('codepipeline:DeletePipeline', arn);
      const record = pipelines.list().find(({ declaration }) => declaration.name === name);
      // Who deletes what is not there is told that it is gone.
      if (record === undefined) return {};
      pipelines.remove(name);
      tags.delete(arn);
      for (const execution of record.executions) {
        if (!isEnded(execution)) engine.stop(record, execution, true, 'the pipeline was deleted');
      }
      return {};
    },
  };
}

import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ExecutionTrigger, PipelineExecution, SourceRevisionOverride } from './execution.ts';
import type { PipelineRecord } from './pipeline-store.ts';
import { EXECUTION_NAMESPACE, PIPELINE_NAMESPACE } from './variables.ts';

/** What an execution starts with. */
export interface StartOptions {
  readonly trigger: ExecutionTrigger;
  readonly variables?: Readonly<Record<string, string>>;
  readonly sourceRevisions?: readonly SourceRevisionOverride[];
  readonly sourceVariables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A new execution of a pipeline. @throws AwsError ValidationException for variables that do not fit */
export function newExecution(kernel: Kernel, record: PipelineRecord, options: StartOptions): PipelineExecution {
  const id = kernel.uuid();
  const pipeline = record.declaration;
  const variables = resolveVariables(record, options.variables ?? {});
  const now = kernel.clock.now();
  return {
    id,
    pipeline,
    pipelineArn: record.arn,
    trigger: options.trigger,
    variables,
    sourceRevisions: options.sourceRevisions ?? [],
    sourceVariables: options.sourceVariables ?? {},
    startTime: now,
    lastUpdateTime: now,
    order: record.executions.length,
    status: 'InProgress',
    attempt: 1,
    stages: new Map(),
    artifacts: new Map(),
    namespaces: new Map([
      [EXECUTION_NAMESPACE, { PipelineExecutionId: id }],
      ...(pipeline.pipelineType === 'V2' ? ([[PIPELINE_NAMESPACE, variables]] as const) : []),
    ]),
    actions: [],
    conditions: [],
    retries: new Map(),
    abandon: new AbortController(),
  };
}

/** An execution that runs one stage again with the artifacts and variables of an earlier one. */
export function newRollback(
  kernel: Kernel,
  record: PipelineRecord,
  target: PipelineExecution,
  trigger: ExecutionTrigger,
): PipelineExecution {
  const execution = newExecution(kernel, record, { trigger, variables: target.variables });
  return {
    ...execution,
    sourceRevisions: target.sourceRevisions,
    sourceVariables: target.sourceVariables,
    rollbackTarget: target.id,
    artifacts: new Map(target.artifacts),
    namespaces: new Map([...target.namespaces, ...execution.namespaces]),
  };
}

function resolveVariables(record: PipelineRecord, given: Readonly<Record<string, string>>): Record<string, string> {
  const { declaration } = record;
  for (const name of Object.keys(given)) {
    if (declaration.variables.some((variable) => variable.name === name)) continue;
    throw new AwsError(
      'ValidationException',
      `pipeline ${declaration.name} (type ${declaration.pipelineType}) declares no variable ${name}: declare it under Variables or leave it out`,
    );
  }
  return Object.fromEntries(
    declaration.variables.map(({ name, defaultValue }) => {
      const value = given[name] ?? defaultValue;
      if (value !== undefined) return [name, value];
      throw new AwsError(
        'ValidationException',
        `pipeline ${declaration.name}: variable ${name} has no default value, and none was given: pass one in variables`,
      );
    }),
  );
}

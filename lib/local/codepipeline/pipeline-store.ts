import { AwsError } from '../kernel/aws-error.ts';
import type { PipelineExecution } from './execution.ts';
import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from './pipeline.ts';
import type { StageGates } from './stage-gates.ts';
import { pipelineShape } from './wire-shapes.ts';

/** A pipeline of the local cloud with all that has happened to it. Times are simulated milliseconds. */
export interface PipelineRecord {
  readonly declaration: PipelineDeclaration;
  /** The pipeline as a request had it, with its version. */
  readonly declared?: object;
  /** Its versions before this one as GetPipeline shows them, from the first. */
  readonly earlier?: readonly object[];
  readonly arn: string;
  readonly created: number;
  readonly updated: number;
  readonly gates: StageGates;
  /** Oldest first. */
  readonly executions: PipelineExecution[];
}

/** The pipelines of one local cloud, by name. */
export interface PipelineStore {
  /** @throws AwsError PipelineNameInUseException */
  add(record: PipelineRecord): void;
  /** Puts another record in the place of that with its name. */
  replace(record: PipelineRecord): void;
  remove(name: string): void;
  /** @throws AwsError PipelineNotFoundException */
  get(name: string): PipelineRecord;
  list(): readonly PipelineRecord[];
}

/** Creates an empty store. */
export function createPipelineStore(): PipelineStore {
  const records = new Map<string, PipelineRecord>();
  return {
    add(record) {
      const { name } = record.declaration;
      if (records.has(name)) {
        throw new AwsError('PipelineNameInUseException', `A pipeline with the name '${name}' already exists`);
      }
      records.set(name, record);
    },
    replace: (record) => void records.set(record.declaration.name, record),
    remove: (name) => void records.delete(name),
    get(name) {
      const record = records.get(name);
      if (record !== undefined) return record;
      throw new AwsError('PipelineNotFoundException', `The account does not have a pipeline with the name '${name}'`);
    },
    list: () => [...records.values()],
  };
}

/** A pipeline as requests are given it. */
export function pipelineShown({ declared, declaration }: PipelineRecord): object {
  return declared ?? pipelineShape(declaration);
}

/** An execution of a pipeline. @throws AwsError PipelineExecutionNotFoundException */
export function executionOf(record: PipelineRecord, id: string): PipelineExecution {
  const execution = record.executions.find((entry) => entry.id === id);
  if (execution !== undefined) return execution;
  throw new AwsError(
    'PipelineExecutionNotFoundException',
    `The pipeline '${record.declaration.name}' has no execution with the id '${id}'`,
  );
}

/** A stage of a pipeline. @throws AwsError StageNotFoundException */
export function stageOf(record: PipelineRecord, name: string): StageDeclaration {
  const stage = record.declaration.stages.find((entry) => entry.name === name);
  if (stage !== undefined) return stage;
  throw new AwsError('StageNotFoundException', `The pipeline '${record.declaration.name}' has no stage '${name}'`);
}

/** An action of a stage. @throws AwsError ActionNotFoundException */
export function actionOf(stage: StageDeclaration, name: string): ActionDeclaration {
  const action = stage.actions.find((entry) => entry.name === name);
  if (action !== undefined) return action;
  throw new AwsError('ActionNotFoundException', `The stage '${stage.name}' has no action '${name}'`);
}

import type { FilePlace, FileSystemPlace, UploadPlace, WorkflowStepDefinition } from './workflow-steps.ts';

/** The steps of a workflow, and where the files are that they are given. */
export interface WorkflowFiles {
  readonly steps: readonly WorkflowStepDefinition[];
  readonly exceptionSteps: readonly WorkflowStepDefinition[];
  /** Where uploaded files are. */
  readonly uploads: readonly UploadPlace[];
}

/** What is done to a file at a place. */
export type Use = 'read' | 'write' | 'tag' | 'delete';

/** What a step does to the files at a place. */
export interface FileUse {
  readonly step: WorkflowStepDefinition;
  readonly use: Use;
  readonly place: UploadPlace;
}

/** Whether files are on EFS. */
export function isFileSystem(place: UploadPlace): place is FileSystemPlace {
  return 'fileSystem' in place;
}

/** What the steps of a workflow do, and where. */
export function* usesOf({ steps, exceptionSteps, uploads }: WorkflowFiles): Generator<FileUse> {
  yield* usesInOrder(steps, uploads, uploads);
  // Exception steps begin with the file of whichever step has failed.
  yield* usesInOrder(exceptionSteps, [...uploads, ...steps.flatMap(placesAfter)], uploads);
}

/** @throws Error that names the step which would copy or tag files on EFS: Transfer Family does that in S3 alone */
export function requireS3Files(files: WorkflowFiles): void {
  for (const { step, place } of usesOf(files)) {
    if (!isFileSystem(place) || (step.type !== 'COPY' && step.type !== 'TAG')) continue;
    const what = step.type === 'COPY' ? 'copies' : 'tags';
    throw new Error(
      `step "${step.name}" ${what} files on EFS, which Transfer Family does in S3 alone: let a custom step do it`,
    );
  }
}

function* usesInOrder(
  steps: readonly WorkflowStepDefinition[],
  first: readonly UploadPlace[],
  uploads: readonly UploadPlace[],
): Generator<FileUse> {
  let previous = first;
  for (const step of steps) {
    const files = step.sourceFile === 'original' ? uploads : previous;
    if (step.type === 'TAG' || step.type === 'DELETE') {
      for (const place of files) yield { step, use: step.type === 'TAG' ? 'tag' : 'delete', place };
    }
    if (step.type === 'COPY' || step.type === 'DECRYPT') {
      for (const place of files) yield { step, use: 'read', place };
      yield { step, use: 'write', place: step.destination };
      // Whether there is a file of that name already.
      yield { step, use: 'read', place: step.destination };
    }
    const after = placesAfter(step);
    previous = after.length > 0 ? after : files;
  }
}

function placesAfter(step: WorkflowStepDefinition): readonly FilePlace[] {
  return 'destination' in step ? [step.destination] : [];
}

/** The kinds of step. */
export type StepType = 'COPY' | 'CUSTOM' | 'TAG' | 'DELETE' | 'DECRYPT';

/** What every kind of step may say. */
export interface StepDetails {
  readonly Name?: string;
  /** `${previous.file}`, the default, or `${original.file}`. */
  readonly SourceFileLocation?: string;
}

/** Copies the file. */
export interface CopyStepDetails extends StepDetails {
  readonly DestinationFileLocation?: {
    readonly S3FileLocation?: { readonly Bucket?: string; readonly Key?: string };
    readonly EfsFileLocation?: { readonly FileSystemId?: string; readonly Path?: string };
  };
  readonly OverwriteExisting?: 'TRUE' | 'FALSE';
}

/** Hands the file to a function. */
export interface CustomStepDetails extends StepDetails {
  readonly Target?: string;
  readonly TimeoutSeconds?: number;
}

/** Tags the file. */
export interface TagStepDetails extends StepDetails {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** One step, in the API's form, which is CloudFormation's too. */
export interface WorkflowStep {
  readonly Type: StepType;
  readonly CopyStepDetails?: CopyStepDetails;
  readonly CustomStepDetails?: CustomStepDetails;
  readonly DeleteStepDetails?: StepDetails;
  readonly TagStepDetails?: TagStepDetails;
  readonly DecryptStepDetails?: CopyStepDetails;
}

/** A workflow as it was created; it never changes. */
export interface Workflow {
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly steps: readonly WorkflowStep[];
  readonly onExceptionSteps: readonly WorkflowStep[];
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** The name of the member that holds the details of each kind. */
export const DETAILS_OF = {
  COPY: 'CopyStepDetails',
  CUSTOM: 'CustomStepDetails',
  TAG: 'TagStepDetails',
  DELETE: 'DeleteStepDetails',
  DECRYPT: 'DecryptStepDetails',
} as const satisfies Record<StepType, keyof WorkflowStep>;

/** The details of a step, of whichever kind. */
export function detailsOf(step: WorkflowStep): StepDetails {
  return step[DETAILS_OF[step.Type]] ?? {};
}

/** What people call a step: its name, or its kind. */
export function stepName(step: WorkflowStep): string {
  return detailsOf(step).Name || step.Type;
}

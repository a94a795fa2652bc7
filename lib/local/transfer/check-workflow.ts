import { AwsError } from '../kernel/aws-error.ts';
import type { ApiModel } from '../kernel/service.ts';
import { createInputValidator } from '../wire/validate-input.ts';
import { variables } from './variables.ts';
import { type CopyStepDetails, DETAILS_OF, stepName, type WorkflowStep } from './workflow.ts';

/** What a workflow is created from, by the API or a template: both have the same members. */
export interface WorkflowInput {
  readonly Description?: string;
  readonly Steps: readonly WorkflowStep[];
  readonly OnExceptionSteps?: readonly WorkflowStep[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** The two places that a step may take its file from. */
const SOURCES: ReadonlySet<unknown> = new Set([undefined, variables.previousFile, variables.originalFile]);

/** Checks a template's properties as the API would: limits, patterns, and no member that the API does not know. */
export function checkTemplate(model: ApiModel, properties: object): WorkflowInput {
  refuseUnknown(model, 'CreateWorkflowRequest', properties, 'Properties');
  createInputValidator(model, { validationErrorCode: 'InvalidRequestException' })('CreateWorkflow', properties);
  return checkWorkflow(properties as WorkflowInput);
}

/** Checks what the model does not say. @throws AwsError InvalidRequestException */
export function checkWorkflow(input: WorkflowInput): WorkflowInput {
  for (const step of [...input.Steps, ...(input.OnExceptionSteps ?? [])]) checkStep(step);
  return input;
}

function checkStep(step: WorkflowStep): void {
  const member = DETAILS_OF[step.Type];
  if (member === undefined) throw invalid('a step has no Type');
  const details = step[member];
  if (details === undefined) throw invalid(`a step of type ${step.Type} has no ${member}`);
  const name = stepName(step);
  if (!SOURCES.has(details.SourceFileLocation)) {
    throw invalid(
      `step ${name} takes its file from ${details.SourceFileLocation}, but there are ${variables.previousFile} and ${variables.originalFile} only`,
    );
  }
  if (step.Type === 'CUSTOM' && !step.CustomStepDetails?.Target) {
    throw invalid(`custom step ${name} has no Target: name a Lambda function by its ARN`);
  }
  if (step.Type === 'TAG' && (step.TagStepDetails?.Tags ?? []).length === 0) {
    throw invalid(`tag step ${name} has no Tags`);
  }
  if (step.Type === 'COPY') checkDestination(name, step.CopyStepDetails?.DestinationFileLocation);
}

function checkDestination(name: string, destination: CopyStepDetails['DestinationFileLocation']): void {
  const { S3FileLocation: object, EfsFileLocation: file } = destination ?? {};
  if (object === undefined && file === undefined) {
    throw invalid(`copy step ${name} has no DestinationFileLocation: give it an S3FileLocation or an EfsFileLocation`);
  }
  if (object !== undefined && file !== undefined) {
    throw invalid(`copy step ${name} has two destinations: S3FileLocation and EfsFileLocation`);
  }
  if (object !== undefined && !object.Bucket) throw invalid(`copy step ${name} has no Bucket in its S3FileLocation`);
}

/** Names the steps that are taken, and will fail here. */
export function unsimulatedSteps({ Steps, OnExceptionSteps = [] }: WorkflowInput): readonly string[] {
  return [...Steps, ...OnExceptionSteps].flatMap((step) => {
    if (step.Type === 'DECRYPT') return ['DECRYPT step'];
    const isToEfs = step.CopyStepDetails?.DestinationFileLocation?.EfsFileLocation !== undefined;
    return isToEfs ? [`step ${stepName(step)}, a copy to EFS`] : [];
  });
}

/** A key in the wrong case is a property that CloudFormation refuses; ignored, it would be a step without details. */
function refuseUnknown(model: ApiModel, shapeName: string, value: unknown, at: string): void {
  const shape = model.shapes[shapeName];
  if (shape === undefined || typeof value !== 'object' || value === null) return;
  if (shape.type === 'list' && shape.member !== undefined && Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseUnknown(model, shape.member.shape, item, `${at}.${index}`);
  }
  if (shape.type !== 'structure') return;
  const members = shape.members ?? {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(members, key) ? members[key] : undefined;
    if (known === undefined) {
      throw invalid(`${at} has a key ${key}, which is not permitted: use ${Object.keys(members).join(', ')}`);
    }
    refuseUnknown(model, known.shape, member, `${at}.${key}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

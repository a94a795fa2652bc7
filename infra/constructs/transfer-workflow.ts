import { Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type CfnServer, CfnWorkflow } from 'aws-cdk-lib/aws-transfer';
import { Construct } from 'constructs';
import { requireProperties } from './check-function.ts';
import { bucket, checkProperties, type PropertyKind, text } from './check-properties.ts';
import { noteNeed } from './stack-order.ts';
import { requireS3Files } from './workflow-files.ts';
import { createWorkflowRole } from './workflow-role.ts';
import { isStep, renderSteps, type UploadPlace, type WorkflowStepDefinition } from './workflow-steps.ts';

const stepList: PropertyKind = {
  what: "a list of steps, such as [scan.step({ name: 'scan' }), copyStep({ … })]",
  is: (value) => Array.isArray(value) && value.every(isStep),
};

const places: PropertyKind = {
  what: 'a list of places, such as [{ bucket: Bucket.fromBucketName(…) }] or [{ fileSystem }]',
  is: (value) =>
    Array.isArray(value) &&
    value.every((place) => bucket.is(place?.bucket) || typeof place?.fileSystem?.fileSystemId === 'string'),
};

/** Properties of {@link TransferWorkflow}. */
export interface TransferWorkflowProps {
  /** At most 8, in order. */
  readonly steps: readonly WorkflowStepDefinition[];
  /** What runs when a step has failed, at most 8. @default none */
  readonly exceptionSteps?: readonly WorkflowStepDefinition[];
  /**
   * Where uploaded files are, buckets or file systems: the execution role may touch them as the steps do, and no others.
   */
  readonly uploads: readonly UploadPlace[];
  /** At most 256 letters, digits, blanks, `_` and `-`. @default none */
  readonly description?: string;
  /**
   * @default - a role that may do what the steps do, where they do it; on EFS it may mount, and write where a step deletes,
   * but is not root: a file system whose policy asks for more takes a role of your own
   */
  readonly executionRole?: IRole;
}

/**
 * A managed workflow of Transfer Family with its execution role.
 *
 * A workflow cannot be changed: other steps make CloudFormation replace it, and a server takes about ten minutes to
 * notice.
 *
 * @example
 * const scan = new WorkflowStepFunction(this, 'Scan', { entry: 'handlers/scan.ts' });
 * const workflow = new TransferWorkflow(this, 'Workflow', {
 *   uploads: [{ bucket: landing }],
 *   steps: [scan.step({ name: 'scan' }), copyStep({ name: 'accept', destination: { bucket: store, key: 'accepted/' } })],
 *   exceptionSteps: [copyStep({ name: 'quarantine', destination: { bucket: store, key: 'quarantine/' } })],
 * });
 * new CfnServer(this, 'Server', { workflowDetails: workflow.workflowDetails });
 */
export class TransferWorkflow extends Construct {
  readonly workflowId: string;
  readonly workflowArn: string;
  readonly executionRole: IRole;

  /** @throws Error that says what Transfer Family would refuse, and why */
  constructor(scope: Construct, id: string, props: TransferWorkflowProps) {
    super(scope, id);
    requireProperties(this.node.path, props, {
      steps: "[scan.step({ name: 'scan' })]",
      uploads: '[{ bucket: landing }]',
    });
    checkProperties(this.node.path, props, {
      steps: stepList,
      exceptionSteps: stepList,
      uploads: places,
      description: text,
    });
    const { steps, exceptionSteps = [], uploads, description } = props;
    requireS3Files({ steps, exceptionSteps, uploads });
    for (const step of [...steps, ...exceptionSteps]) {
      if (step.type !== 'CUSTOM') continue;
      const { functionArn, node } = step.target;
      noteNeed(this, functionArn, `${this.node.path} hands files to ${node.path}`);
    }
    const workflow = new CfnWorkflow(this, 'Workflow', {
      steps: renderSteps(this, steps),
      ...(exceptionSteps.length === 0 ? {} : { onExceptionSteps: renderSteps(this, exceptionSteps) }),
      ...(description === undefined ? {} : { description }),
    });
    this.workflowId = workflow.attrWorkflowId;
    this.workflowArn = Stack.of(this).formatArn({
      service: 'transfer',
      resource: 'workflow',
      resourceName: this.workflowId,
    });
    this.executionRole = props.executionRole ?? createWorkflowRole(this, 'Role', { steps, exceptionSteps, uploads });
  }

  /** For a server: run this workflow for each file that has arrived whole. */
  get workflowDetails(): CfnServer.WorkflowDetailsProperty {
    return { onUpload: [this.#detail] };
  }

  /**
   * For a server: run this workflow for each file that has arrived whole, and another for what a session has left behind
   * that broke off. That one is given the same places in `uploads`; it may be the same workflow.
   *
   * See https://docs.aws.amazon.com/transfer/latest/APIReference/API_WorkflowDetails.html
   */
  withPartialUploads(onPartialUpload: TransferWorkflow): CfnServer.WorkflowDetailsProperty {
    return { ...this.workflowDetails, onPartialUpload: [onPartialUpload.#detail] };
  }

  get #detail(): CfnServer.WorkflowDetailProperty {
    return { workflowId: this.workflowId, executionRole: this.executionRole.roleArn };
  }
}

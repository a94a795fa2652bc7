import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import { AdoptedFunction } from './adopted-function.ts';
import type { AdoptionProps } from './adoption-props.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { checkCallbackFunction } from './check-callback-function.ts';
import { type CustomStepProps, CustomSteps, type CustomStepsProps, WORKFLOW_STEPS } from './custom-steps.ts';
import { setVariable } from './function-variables.ts';
import type { WorkflowStepDefinition } from './workflow-steps.ts';

/** Properties of {@link WorkflowStepFunction}. */
export interface WorkflowStepFunctionProps extends CallbackFunctionProps, CustomStepsProps {
  /**
   * Which folder of the file system `filesystem` is: the root directory of its access point. Events name files by their
   * paths within the whole file system.
   * @default '/'
   */
  readonly filesystemRoot?: string;
}

/** Properties of {@link WorkflowStepFunction.adopt}. */
export interface WorkflowStepAdoptionProps extends AdoptionProps, CustomStepsProps {}

/**
 * A function that Transfer Family hands custom steps to.
 *
 * @example
 * const scan = new WorkflowStepFunction(this, 'Scan', { entry: 'handlers/scan.ts' });
 * scan.readsFrom(landing);
 * new TransferWorkflow(this, 'Workflow', { uploads: [{ bucket: landing }], steps: [scan.step({ name: 'scan' })] });
 */
export class WorkflowStepFunction extends CallbackFunction {
  readonly #steps: CustomSteps;

  /**
   * Gives a function of yours all that makes one of these answer; its code is the handler of `workflowStep`, however you
   * bundle it. One with a file system also needs `RINGBACK_EFS_MOUNT_PATH`.
   *
   * @example
   * const scan = WorkflowStepFunction.adopt(new NodejsFunction(this, 'Scan', { timeout: Duration.seconds(30) }));
   * scan.readsFrom(landing);
   * new TransferWorkflow(this, 'Workflow', { uploads: [{ bucket: landing }], steps: [scan.step({ name: 'scan' })] });
   * @throws Error when the function cannot be adopted; see {@link AdoptedFunction}
   */
  static adopt(fn: IFunction, props: WorkflowStepAdoptionProps = {}): CustomSteps {
    return new CustomSteps(new AdoptedFunction(fn, props, WORKFLOW_STEPS), props);
  }

  constructor(scope: Construct, id: string, props: WorkflowStepFunctionProps) {
    checkCallbackFunction(scope, id, props);
    const { continuation, failureEventBus, failureTag, filesystemRoot = '/', ...options } = props;
    super(scope, id, options, WORKFLOW_STEPS);
    this.#steps = new CustomSteps(this.callbacks, props);
    if (options.filesystem === undefined) return;
    setVariable(this, environmentVariables.efsMountPath, options.filesystem.config.localMountPath);
    setVariable(this, environmentVariables.efsRootPath, filesystemRoot);
  }

  /** See {@link CustomSteps.step}. */
  step(props: CustomStepProps): WorkflowStepDefinition {
    return this.#steps.step(props);
  }

  /** See {@link CustomSteps.readsFrom}. */
  readsFrom(bucket: IBucket, objects?: string): void {
    this.#steps.readsFrom(bucket, objects);
  }

  /** See {@link CustomSteps.writesTo}. */
  writesTo(bucket: IBucket, objects?: string): void {
    this.#steps.writesTo(bucket, objects);
  }
}

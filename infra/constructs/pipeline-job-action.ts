import {
  Action,
  type ActionBindOptions,
  ActionCategory,
  type ActionConfig,
  type ActionProperties,
  type Artifact,
  type CommonAwsActionProps,
  type IStage,
} from 'aws-cdk-lib/aws-codepipeline';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { requireProperties } from './check-function.ts';
import { checkProperties, objects, text } from './check-properties.ts';
import { isOfAnotherAccount, roleWithin } from './grantee-within.ts';
import { noteNeed } from './stack-order.ts';
import { type UserParameters, userParametersProblem, userParametersText } from './user-parameters.ts';

const LIST_POLICY = 'ListFunctionsPolicy';

/** Properties of {@link PipelineJobAction}. */
export interface PipelineJobActionProps extends CommonAwsActionProps {
  /**
   * What the handler receives as `job.parameters`: an object, which travels as JSON, or a text, which arrives as it is. At
   * most 1,000 characters. Text from a pipeline's variable (`#{Source.CommitMessage}`) goes alone, and the handler reads it
   * with `parameters: 'text'`: CodePipeline does not escape it within JSON.
   * @default - no parameters
   */
  readonly userParameters?: UserParameters;
  /** At most five. @default none */
  readonly inputs?: Artifact[];
  /** At most five; the handler uploads them itself. @default none */
  readonly outputs?: Artifact[];
}

/**
 * A Lambda invoke action.
 *
 * The CDK's LambdaInvokeAction lets the action's role invoke every version of the function, delete artifacts, and
 * read all of the artifact bucket's settings; this one grants what the action does.
 */
export class PipelineJobAction extends Action {
  protected readonly providedActionProperties: ActionProperties;
  readonly #fn: IFunction;
  readonly #userParameters: UserParameters | undefined;

  /** @throws Error when it has no name, or parameters that JSON cannot carry */
  constructor(fn: IFunction, action: PipelineJobActionProps) {
    super();
    requireProperties(`an action of ${fn.node.path}`, action, { actionName: "'Gate'" });
    checkProperties(`an action of ${fn.node.path}`, action, { actionName: text, inputs: objects, outputs: objects });
    const { userParameters, ...props } = action;
    const problem = userParametersProblem(userParameters);
    if (problem !== undefined) throw new Error(`the userParameters of an action of ${fn.node.path} are ${problem}`);
    this.#fn = fn;
    this.#userParameters = userParameters;
    this.providedActionProperties = {
      ...props,
      resource: fn,
      category: ActionCategory.INVOKE,
      provider: 'Lambda',
      artifactBounds: { minInputs: 0, maxInputs: 5, minOutputs: 0, maxOutputs: 5 },
    };
  }

  /** A variable that the handler returns, for the parameters of later actions. */
  variable(name: string): string {
    return this.variableExpression(name);
  }

  protected bound(scope: Construct, _stage: IStage, options: ActionBindOptions): ActionConfig {
    const { inputs = [], outputs = [] } = this.providedActionProperties;
    noteNeed(scope, this.#fn.functionArn, `${scope.node.path} hands jobs to ${this.#fn.node.path}`);
    const { role } = options;
    const grantee = roleWithin(scope, role);
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.#fn.functionArn] }),
    );
    // A role of another account has its policies there; one may serve several actions.
    const place = isOfAnotherAccount(scope, role) ? role : scope;
    if (place.node.tryFindChild(LIST_POLICY) === undefined) {
      new AnyResourcePolicy(place, LIST_POLICY, {
        role,
        actions: ['lambda:ListFunctions'],
        reason: 'CodePipeline asks for lambda:ListFunctions on every Lambda action, and it has no resource level.',
      });
    }
    // The artifact credentials that the function receives carry this role's permissions, narrowed to the job.
    if (inputs.length > 0) grantArtifacts(options, grantee, ['s3:GetObject', 's3:GetObjectVersion'], ['kms:Decrypt']);
    if (outputs.length > 0) {
      grantArtifacts(
        options,
        grantee,
        ['s3:AbortMultipartUpload', 's3:PutObject'],
        ['kms:Decrypt', 'kms:GenerateDataKey'],
      );
    }
    return {
      configuration: {
        FunctionName: this.#fn.functionName,
        ...(this.#userParameters && { UserParameters: userParametersText(scope, this.#userParameters) }),
      },
    };
  }
}

function grantArtifacts(
  { bucket }: ActionBindOptions,
  grantee: IGrantable,
  actions: string[],
  keyActions: string[],
): void {
  Grant.addToPrincipalOrResource({
    grantee,
    actions,
    resourceArns: [bucket.arnForObjects('*')],
    resource: bucket,
  });
  bucket.encryptionKey?.grant(grantee, ...keyActions);
}

import { CfnOutput, CfnParameter, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Project } from 'aws-cdk-lib/aws-codebuild';
import {
  type Action,
  Artifact,
  Pipeline,
  PipelineType,
  ProviderType,
  Result,
  RetryMode,
  Rule,
} from 'aws-cdk-lib/aws-codepipeline';
import {
  CloudFormationCreateUpdateStackAction,
  CodeBuildAction,
  CodeStarConnectionsSourceAction,
  ManualApprovalAction,
} from 'aws-cdk-lib/aws-codepipeline-actions';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PipelineJobFunction } from '../constructs/pipeline-job-function.ts';
import { Ringback } from '../constructs/ringback.ts';
import { handlerPath } from '../handler-path.ts';
import { PipelineBuckets } from './pipeline-buckets.ts';
import { acknowledgeReleaseFindings } from './release-findings.ts';

const STAGING = 'tides-staging';
const PRODUCTION = 'tides-production';

/** Properties of {@link ReleaseStack}. */
export interface ReleaseStackProps extends StackProps {
  /** What becomes of buckets, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An example of a release as many have it: a repository behind a connection, a build, a deployment to staging and, once
 * somebody has approved it, to production. After each deployment a function of Ringback holds the pipeline until the
 * address is healthy. A push to `main` starts it, unless it touches the documentation only; where production does not
 * become healthy, it goes back to the release before, unless the commit says `[no rollback]`.
 */
export class ReleaseStack extends Stack {
  constructor(scope: Construct, id: string, props: ReleaseStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: a release with a gate after each deployment', ...stackProps });
    const connection = new CfnParameter(this, 'ConnectionArn', {
      description: 'The connection to the repository, made in the console of the developer tools',
      default: 'arn:aws:codeconnections:us-east-1:123456789012:connection/none',
    });
    const project = new CfnParameter(this, 'BuildProject', {
      description: 'The CodeBuild project that makes template.json of the repository',
      default: 'release-build',
    });
    const url = new CfnParameter(this, 'HealthUrl', {
      description: 'The address that must be healthy after a deployment',
      default: 'https://example.com/',
      allowedPattern: 'https?://.+',
    });
    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const gate = new PipelineJobFunction(this, 'Gate', {
      entry: handlerPath('deployment-gate'),
      description: 'Holds the pipeline until what was deployed is healthy',
      ringback,
    });
    const buckets = new PipelineBuckets(this, 'Buckets', { removalPolicy, artifactKey: false });
    const source = new Artifact('Source');
    const built = new Artifact('Built');
    const fetch = new CodeStarConnectionsSourceAction({
      actionName: 'Repository',
      connectionArn: connection.valueAsString,
      owner: 'example',
      repo: 'tides',
      branch: 'main',
      output: source,
      variablesNamespace: 'Repository',
      triggerOnPush: false,
    });
    const build = new CodeBuildAction({
      actionName: 'Compile',
      project: Project.fromProjectName(this, 'Project', project.valueAsString),
      input: source,
      outputs: [built],
    });
    const isHealthy = (): Action =>
      gate.action({
        actionName: 'Healthy',
        runOrder: 2,
        userParameters: { url: url.valueAsString, attempts: 5 },
      });
    const pipeline = new Pipeline(this, 'Pipeline', {
      artifactBucket: buckets.artifacts as IBucket,
      pipelineType: PipelineType.V2,
      triggers: [
        {
          providerType: ProviderType.CODE_STAR_SOURCE_CONNECTION,
          gitConfiguration: {
            sourceAction: fetch,
            pushFilter: [{ branchesIncludes: ['main'], filePathsExcludes: ['docs/**'], filePathsIncludes: ['**'] }],
          },
        },
      ],
      stages: [
        { stageName: 'Source', actions: [fetch] },
        {
          stageName: 'Build',
          actions: [build],
          onFailure: { result: Result.RETRY, retryMode: RetryMode.FAILED_ACTIONS },
        },
        { stageName: 'Staging', actions: [deployment(STAGING, built), isHealthy()] },
        { stageName: 'Approval', actions: [new ManualApprovalAction({ actionName: 'Release' })] },
        {
          stageName: 'Production',
          actions: [deployment(PRODUCTION, built), isHealthy()],
          onFailure: { conditions: [{ result: Result.ROLLBACK, rules: [keepsOnFailure(fetch)] }] },
        },
      ],
    });
    acknowledgeReleaseFindings(pipeline, buckets, [STAGING, PRODUCTION]);

    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName });
  }
}

function deployment(stackName: string, built: Artifact): Action {
  return new CloudFormationCreateUpdateStackAction({
    actionName: 'Deploy',
    runOrder: 1,
    stackName,
    templatePath: built.atPath('template.json'),
    adminPermissions: false,
  });
}

/** Holds where a commit asks to stay; the stage is rolled back where it does not. */
function keepsOnFailure(source: CodeStarConnectionsSourceAction): Rule {
  return new Rule({
    name: 'NoRollback',
    provider: 'VariableCheck',
    version: '1',
    configuration: { Variable: source.variables.commitMessage, Operator: 'CONTAINS', Value: '[no rollback]' },
  });
}

import { join } from 'node:path';
import { App, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Artifact, ExecutionMode, Pipeline, PipelineType, Variable } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { HandlerFunction, PipelineJobFunction, type PipelineJobFunctionProps, Ringback } from '../../infra/index.ts';
import { environmentVariables } from '../../lib/constants.ts';

/** The name of the stack that the crash matrix runs in. */
export const CRASH_STACK = 'Crash';
/** The object that every pipeline of the stack has as its source. */
export const SOURCE_KEY = 'source.zip';

/** The functions of the stack, by what sets them apart. */
export const stageFunctions = {
  /** What most users have. */
  Plain: {},
  /** Runs the logic again after a crash. */
  Again: { onCrash: 'retry' },
  /** Has little time: for logic that hangs. */
  Brief: { timeout: Duration.seconds(2) },
  /** Has little time, and runs the logic again after a crash. */
  BriefAgain: { timeout: Duration.seconds(2), onCrash: 'retry' },
  /** Has all the time there is: its lease outlasts Lambda's retries. */
  Long: { timeout: Duration.minutes(15) },
  /** Has little memory. */
  Small: { memorySize: 128 },
  /** Cannot be loaded. */
  Broken: {},
} as const satisfies Record<string, Omit<PipelineJobFunctionProps, 'entry'>>;

/** One of {@link stageFunctions}. */
export type StageFunction = keyof typeof stageFunctions;

/**
 * Synthesizes the stack of the crash matrix: the constructs that users have, one pipeline a function.
 *
 * @param fixtures - the folder of the handlers
 * @param outdir - receives the cloud assembly
 */
export function synthesizeCrashStack(fixtures: string, outdir: string): void {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
  const stack = new Stack(app, CRASH_STACK);
  const workUrl = new CfnParameter(stack, 'WorkUrl').valueAsString;
  const source = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const artifactBucket = new Bucket(stack, 'Artifacts') as IBucket;
  const ringback = new Ringback(stack, 'Ringback', {
    lastResortEntry: join(fixtures, 'last-resort.ts'),
    removalPolicy: RemovalPolicy.DESTROY,
    dashboard: false,
  });
  takeMessagesOneByOne(ringback);

  for (const [name, props] of Object.entries(stageFunctions)) {
    const fn = new PipelineJobFunction(stack, name, {
      entry: join(fixtures, name === 'Broken' ? 'never-loads.ts' : 'pipeline-logic.ts'),
      environment: { WORK_URL: workUrl },
      ringback,
      ...props,
    });
    const pipeline = new Pipeline(stack, `${name}Pipeline`, {
      artifactBucket,
      pipelineType: PipelineType.V2,
      executionMode: ExecutionMode.PARALLEL,
      variables: ['play', 'kind'].map((variableName) => new Variable({ variableName, defaultValue: '-' })),
      stages: [
        {
          stageName: 'Source',
          actions: [
            new S3SourceAction({
              actionName: 'Source',
              bucket: source,
              bucketKey: SOURCE_KEY,
              output: new Artifact('Source'),
              trigger: S3Trigger.NONE,
            }),
          ],
        },
        {
          stageName: 'Work',
          actions: [
            fn.action({ actionName: 'Work', userParameters: { play: '#{variables.play}', kind: '#{variables.kind}' } }),
          ],
        },
      ],
    });
    if (name === 'Plain') addCompleter(stack, fn, fixtures, ringback);
    new CfnOutput(stack, `${name}PipelineName`, { value: pipeline.pipelineName });
  }
  new CfnOutput(stack, 'SourceBucket', { value: source.bucketName });
  new CfnOutput(stack, 'LastResortQueueUrl', { value: ringback.lastResortQueue.queueUrl });
  new CfnOutput(stack, 'DeadLetterQueueUrl', { value: ringback.deadLetterQueue.queueUrl });
  new CfnOutput(stack, 'LastResortName', { value: ringback.lastResort.functionName });
  new CfnOutput(stack, 'LedgerName', { value: ringback.ledger.tableName });
  app.synth();
}

/** A process that dies takes its whole batch along: one message each keeps the cases of a run apart. */
function takeMessagesOneByOne(ringback: Ringback): void {
  const mapping = ringback.lastResort.node.findChild('Queue').node.defaultChild as CfnEventSourceMapping;
  mapping.batchSize = 1;
}

function addCompleter(stack: Stack, job: PipelineJobFunction, fixtures: string, ringback: Ringback): void {
  const completer = new HandlerFunction(stack, 'Completer', {
    entry: join(fixtures, 'completer.ts'),
    environment: { [environmentVariables.ledgerTable]: ringback.ledger.tableName },
  });
  job.grantComplete(completer);
  new CfnOutput(stack, 'CompleterName', { value: completer.functionName });
}

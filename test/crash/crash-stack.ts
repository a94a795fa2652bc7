import { join } from 'node:path';
import { App, CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type CallbackFunctionProps, HandlerFunction, Ringback } from '../../infra/index.ts';
import { environmentVariables } from '../../lib/constants.ts';

/** The name of the stack that the crash matrix runs in. */
export const CRASH_STACK = 'Crash';

/** The functions of the stack, by what sets them apart. */
export const stageFunctions = {
  /** What most users have. */
  Plain: {},
  /** Runs the logic again after a crash. */
  Again: { onCrash: 'retry' },
  /** Has little time: for logic that hangs. */
  Brief: { timeout: Duration.seconds(6) },
  /** Has little time, and runs the logic again after a crash. */
  BriefAgain: { timeout: Duration.seconds(6), onCrash: 'retry' },
  /** Has all the time there is: its lease outlasts Lambda's retries. */
  Long: { timeout: Duration.minutes(15) },
  /** Has little memory. */
  Small: { memorySize: 128 },
  /** Cannot be loaded. */
  Broken: {},
} as const satisfies Record<string, Omit<CallbackFunctionProps, 'entry'>>;

/** One of {@link stageFunctions}. */
export type StageFunction = keyof typeof stageFunctions;

/** What the fixtures of a service are made of. */
export interface StackParts {
  readonly stack: Stack;
  readonly ringback: Ringback;
  /** Of every function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gives the path of a handler by the name of its file. */
  entry(file: string): string;
  /** Somebody else's process, which may complete what a function defers; `grant` allows it to. */
  addCompleter(grant: (completer: IGrantable) => void): void;
}

/** Adds what one service hands to functions, and the functions, to a stack. */
export type Declare = (parts: StackParts) => void;

/**
 * Synthesizes the stack of one story of the crash matrix: the constructs that users have.
 *
 * @param fixtures - the folder of the handlers
 * @param outdir - receives the cloud assembly
 */
export function synthesizeCrashStack(fixtures: string, outdir: string, declare: Declare): void {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
  const stack = new Stack(app, CRASH_STACK);
  const workUrl = new CfnParameter(stack, 'WorkUrl').valueAsString;
  const ringback = new Ringback(stack, 'Ringback', {
    lastResortEntry: join(fixtures, 'last-resort.ts'),
    removalPolicy: RemovalPolicy.DESTROY,
    dashboard: false,
  });
  takeMessagesOneByOne(ringback);
  declare({
    stack,
    ringback,
    environment: { WORK_URL: workUrl },
    entry: (file) => join(fixtures, file),
    addCompleter(grant) {
      const completer = new HandlerFunction(stack, 'Completer', {
        entry: join(fixtures, 'completer.ts'),
        environment: { [environmentVariables.ledgerTable]: ringback.ledger.tableName },
      });
      grant(completer);
      new CfnOutput(stack, 'CompleterName', { value: completer.functionName });
    },
  });
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

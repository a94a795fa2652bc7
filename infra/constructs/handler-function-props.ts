import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Architecture, FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { BundleOptions } from '../bundling/bundle-handler.ts';

/** How a handler is bundled; see `bundleHandler`. */
export type HandlerBundling = Omit<BundleOptions, 'entry' | 'outdir' | 'handler'>;

type InheritedOptions = Omit<
  FunctionOptions,
  | 'deadLetterQueue'
  | 'deadLetterQueueEnabled'
  | 'deadLetterTopic'
  | 'initialPolicy'
  | 'logGroup'
  | 'logRemovalPolicy'
  | 'logRetention'
  | 'logRetentionRetryOptions'
  | 'logRetentionRole'
>;

/** Properties of `HandlerFunction`. */
export interface HandlerFunctionProps extends InheritedOptions {
  /** The file that exports the handler, `.ts` or `.js`; from the working directory, or absolute. */
  readonly entry: string;
  /**
   * Name of the exported handler.
   * @default 'handler'
   */
  readonly handler?: string;
  /** @default - minified, with source maps */
  readonly bundling?: HandlerBundling;
  /** @default Runtime.NODEJS_24_X */
  readonly runtime?: Runtime;
  /** @default Architecture.ARM_64 */
  readonly architecture?: Architecture;
  /** In MiB. @default 512 */
  readonly memorySize?: number;
  /** @default Duration.seconds(30) */
  readonly timeout?: Duration;
  /** How long log events are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** What becomes of the log group with the stack. @default RemovalPolicy.RETAIN */
  readonly logRemovalPolicy?: RemovalPolicy;
  /**
   * Execution role. It is granted what the function needs, unless it is immutable.
   * @default - a role of its own that may write to its own log group and nothing else
   */
  readonly role?: IRole;
}

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { AdoptedFunction } from './adopted-function.ts';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { attachedPolicy } from './grantee-within.ts';
import { allowRecursiveLoop } from './recursive-loop.ts';

// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
const NO_RESOURCE_LEVEL = "CodePipeline's job actions have no resource level: naming a resource would deny them.";

/** What a worker may do. */
export interface WorkerPermissions {
  /** Statements that name a resource. */
  readonly statements: readonly PolicyStatement[];
  /** Actions of CodePipeline without a resource level, beside those below. */
  readonly jobActions: readonly string[];
  /** Acknowledges a job; the last resort asks with it whose a job is. */
  readonly acknowledgeAction: string;
  /** Those that carry answers; the last resort may do these, too. */
  readonly resultActions: readonly string[];
}

/** Lets a worker poll, acknowledge, answer, and hand jobs to invocations of its own. */
export function grantWorker(
  callbacks: AdoptedFunction,
  { statements, jobActions, acknowledgeAction, resultActions }: WorkerPermissions,
): void {
  const { function: fn, ringback } = callbacks;
  const { role } = fn;
  if (role !== undefined) {
    // Policies of their own: in the role's default policy the function's ARN would close a circle.
    attachedPolicy(fn, 'WorkerPolicy', role, [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }),
      ...statements,
    ]);
    new AnyResourcePolicy(fn, 'JobPolicy', {
      role,
      actions: [...jobActions, acknowledgeAction, ...resultActions],
      reason: NO_RESOURCE_LEVEL,
    });
  }
  const answers = new PolicyStatement({ actions: [acknowledgeAction, ...resultActions], resources: ['*'] });
  ringback.addResultPermissions(answers, NO_RESOURCE_LEVEL);
  callbacks.addCompletionPermissions(new PolicyStatement({ actions: [...resultActions], resources: ['*'] }));
  // A worker hands each job to an invocation of its own.
  allowRecursiveLoop(fn);
}

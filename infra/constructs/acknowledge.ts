import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that is meant, and why. */
export interface Acknowledgement {
  /** The rule, with the finding in brackets. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Answers cdk-nag for a finding below a scope. Older releases of the CDK have no way to acknowledge, or take no id with a
 * resource in it: there, and there alone, the finding stays, and nothing is deployed otherwise.
 */
export function acknowledge(scope: IConstruct, finding: Acknowledgement): void {
  const { Validations }: { readonly Validations?: typeof cdk.Validations } = cdk;
  try {
    Validations?.of(scope).acknowledge(finding);
  } catch (error) {
    if (!String((error as Error).message).includes('Invalid validation rule ID')) throw error;
  }
}

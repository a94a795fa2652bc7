import type { IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { granteeWithin } from './grantee-within.ts';

/** Who may complete callbacks, and what that takes beside the ledger. Either may still grow after the other. */
export class CompletionGrants {
  readonly #statements: PolicyStatement[] = [];
  readonly #grantees: IGrantable[] = [];

  /** Adds to what everybody gets who is let in, earlier or later. */
  addStatement(statement: PolicyStatement): void {
    this.#statements.push(statement);
    for (const grantee of this.#grantees) give(grantee, statement);
  }

  addGrantee(grantee: IGrantable): void {
    this.#grantees.push(grantee);
    for (const statement of this.#statements) give(grantee, statement);
  }
}

function give(grantee: IGrantable, statement: PolicyStatement): void {
  granteeWithin(grantee).grantPrincipal.addToPrincipalPolicy(statement.copy());
}

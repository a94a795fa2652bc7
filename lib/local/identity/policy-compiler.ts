import type { EventStream } from '../kernel/events.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { compilePolicy, type Policy } from './policy/policy.ts';

/** Compiles policy documents, each object once. @throws AwsError MalformedPolicyDocument */
export type PolicyCompiler = (document: PolicyDocument) => Policy;

/** Creates a compiler that tells once of each condition operator that it does not know. */
export function createPolicyCompiler(events: EventStream): PolicyCompiler {
  const compiled = new WeakMap<PolicyDocument, Policy>();
  const told = new Set<string>();
  return (document) => {
    let policy = compiled.get(document);
    if (policy === undefined) {
      policy = compilePolicy(document);
      compiled.set(document, policy);
      for (const { known, operator } of policy.flatMap((statement) => statement.conditions)) {
        if (known || told.has(operator)) continue;
        told.add(operator);
        events.emit('notice', {
          message: `condition operator '${operator}' is not known: an Allow with it grants nothing, a Deny with it holds`,
        });
      }
    }
    return policy;
  };
}

import { checkPolicy, readPolicy } from '../identity/policy/check-policy.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';

const malformed = (reason: string) => new AwsError('MalformedPolicy', reason);

/** Reads the policy of a bucket from JSON. @throws AwsError MalformedPolicy */
export function readBucketPolicy(text: string): PolicyDocument {
  try {
    if (text.startsWith('{')) JSON.parse(text);
    else throw new SyntaxError('no object');
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  return checkBucketPolicy(readPolicy(text, 'resource', malformed));
}

/** Checks the policy of a bucket, whose statements name the bucket or its objects. @throws AwsError MalformedPolicy */
export function checkBucketPolicy(document: unknown): PolicyDocument {
  const policy = checkPolicy(document, 'resource', malformed);
  for (const statement of [policy.Statement].flat() as readonly Record<string, unknown>[]) {
    if (statement.Resource === undefined && statement.NotResource === undefined) {
      throw malformed('Missing required field Resource');
    }
  }
  return policy;
}

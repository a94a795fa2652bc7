import { compilePolicy } from '../identity/policy/policy.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';

/**
 * Reads the policy of a bucket, all of it: one that cannot be evaluated would refuse every later request, its own
 * deletion among them.
 *
 * @throws AwsError MalformedPolicy
 */
export function parseBucketPolicy(text: string): PolicyDocument {
  const document = parse(text);
  if (document.Statement === undefined) throw malformed('Missing required field Statement');
  if (compile(document).some(({ principals }) => principals === undefined)) {
    throw malformed('Missing required field Principal');
  }
  return document;
}

function parse(text: string): PolicyDocument {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && !Array.isArray(document))
      return document as PolicyDocument;
  } catch {
    // Falls through to the same refusal as JSON that is no object.
  }
  throw malformed("Policies must be valid JSON and the first byte must be '{'");
}

function compile(document: PolicyDocument): ReturnType<typeof compilePolicy> {
  try {
    return compilePolicy(document);
  } catch (error) {
    if (error instanceof AwsError) throw malformed(error.message);
    throw error;
  }
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', message);
}

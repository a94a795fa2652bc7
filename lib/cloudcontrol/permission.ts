import type { AwsCallError } from '../aws/index.ts';
import { PermissionError } from '../core/errors.ts';

/** How services name the action that they refuse, and what it was to be done to. */
const REFUSED = /not authorized to perform:? ([a-z0-9-]+:\w+)(?:.*? on (?:the )?resource:? "?([^\s"]+))?/i;

/** The statement that a refusal asks for; undefined where its text names no action. */
export function statementFor(message: string): string | undefined {
  const [, action, resource = '*'] = REFUSED.exec(message) ?? [];
  if (action === undefined) return undefined;
  return JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource.replace(/[.,;]$/, '') });
}

/** The error of a caller whose role may not use an operation. The actions of Cloud Control are CloudFormation's. */
export function permissionErrorOf(error: AwsCallError): PermissionError {
  const action = error.action.replace(/^cloudcontrolapi:/, 'cloudformation:');
  const statement = statementFor(error.message) ?? JSON.stringify({ Effect: 'Allow', Action: action, Resource: '*' });
  return new PermissionError(`${action} is not allowed: add the statement ${statement} to the caller's role`);
}

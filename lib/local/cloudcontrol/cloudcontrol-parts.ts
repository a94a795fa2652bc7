import { AwsError } from '../kernel/aws-error.ts';
import type { Credentials, Kernel, Principal } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import { HandlerError } from './handler-error.ts';
import { handlerException } from './handler-exception.ts';
import type { Handlers } from './handlers.ts';
import type { RequestRunner } from './request-runner.ts';
import type { RequestStore } from './request-store.ts';
import type { ResourceType } from './resource-type.ts';
import type { TypeCatalog } from './type-catalog.ts';

/** What the operations of Cloud Control share. */
export interface CloudControlParts {
  readonly kernel: Kernel;
  readonly types: TypeCatalog;
  readonly requests: RequestStore;
  readonly handlers: Handlers;
  readonly runner: RequestRunner;
  readonly forward: (principal: Principal) => Credentials;
}

/** The members that every operation on a resource may have. */
export interface ResourceInput {
  readonly TypeName: string;
  readonly RoleArn?: string;
}

/** How long a service role's session lasts: 36 hours (Cloud Control API User Guide, "Resource operations"). */
const ROLE_SESSION_SECONDS = 36 * 3_600;

/** Asks whether the caller may use an operation. @throws AwsError AccessDeniedException */
export function authorizeOperation({ kernel }: CloudControlParts, request: RequestContext, operation: string): void {
  const place = `arn:${kernel.partition}:cloudformation:${kernel.region}:${kernel.accountId}`;
  request.authorize(`cloudformation:${operation}`, `${place}:resource/*`);
}

/** The type of a request, for an action that it has. @throws AwsError TypeNotFoundException, UnsupportedActionException */
export function typeFor({ types }: CloudControlParts, { TypeName }: ResourceInput, action: string): ResourceType {
  const type = types.get(TypeName);
  if (types.isProvisionable(TypeName) && (action !== 'UPDATE' || type.update !== undefined)) return type;
  throw new AwsError('UnsupportedActionException', `Resource type ${TypeName} does not support ${action} action`);
}

/** The credentials of a request's handler: those of its role, or of the caller. @throws AwsError */
export function credentialsFor(
  { kernel, forward }: CloudControlParts,
  { RoleArn }: ResourceInput,
  request: RequestContext,
): Credentials {
  if (RoleArn === undefined) return forward(request.principal);
  request.authorize('iam:PassRole', RoleArn, { 'iam:PassedToService': 'cloudformation.amazonaws.com' });
  try {
    kernel.identity.authorize(kernel.identity.service('cloudformation.amazonaws.com'), 'sts:AssumeRole', RoleArn);
    return kernel.identity.issue(RoleArn, { sessionName: 'AWSCloudFormation', durationSeconds: ROLE_SESSION_SECONDS });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('InvalidCredentialsException', `The role ${RoleArn} cannot be assumed: ${error.message}`);
  }
}

/** Waits for a handler whose failure is the operation's own. @throws AwsError */
export async function answered<Result>(
  { kernel }: CloudControlParts,
  typeName: string,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof HandlerError ? handlerException(typeName, error, kernel.uuid()) : error;
  }
}

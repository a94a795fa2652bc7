import { stableUuid } from '../identity/physical-name.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { invalidParameter, resourceNotFound, staleRevision } from './lambda-error.ts';
import type { InvocationTarget } from './local-function.ts';
import { decodedPart } from './model-route.ts';
import { readPermission } from './resource-policy.ts';
import type { Route, RouteCall } from './route.ts';

interface Statement {
  readonly Sid: string;
}

const POLICY = '^/2015-03-31/functions/([^/]+)/policy';

/** The routes on the resource policies of functions: AddPermission, GetPolicy and RemovePermission. */
export function policyRoutes(registry: FunctionRegistry, partition: string): readonly Route[] {
  function target(call: RouteCall, action: string): InvocationTarget {
    const { functionName, qualifier, context } = call;
    context.authorize(`lambda:${action}`, registry.arnOf(functionName, qualifier));
    return registry.resolve(functionName, qualifier);
  }

  const statementsOf = ({ fn, qualifier }: InvocationTarget) => (fn.statements.get(qualifier) ?? []) as Statement[];

  /** An id of the policy that changes with every change of it. */
  const revisionOf = (statements: readonly Statement[]) => stableUuid(JSON.stringify(statements));

  /** @throws AwsError PreconditionFailedException when the caller knows an older policy */
  function checkRevision(statements: readonly Statement[], known: unknown): void {
    if (known === undefined || known === null || known === revisionOf(statements)) return;
    throw staleRevision('GetPolicy');
  }

  return [
    {
      operation: 'AddPermission',
      method: 'POST',
      path: new RegExp(`${POLICY}$`),
      async handle(call) {
        const found = target(call, 'AddPermission');
        const { StatementId, RevisionId, ...given } = await readInput(call);
        const sid = String(StatementId ?? '');
        if (!/^[a-zA-Z0-9-_.]{1,100}$/.test(sid)) throw invalidParameter(`StatementId '${sid}' is not valid`);
        if (given.Principal === undefined || given.Action === undefined) {
          throw invalidParameter('Action and Principal must be given');
        }
        const statements = statementsOf(found);
        checkRevision(statements, RevisionId);
        if (statements.some((statement) => statement.Sid === sid)) {
          const message = `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
          throw new AwsError('ResourceConflictException', message, { status: 409, members: { Type: 'User' } });
        }
        const statement = readPermission(given, sid, found.arn, partition);
        found.fn.statements.set(found.qualifier, [...statements, statement]);
        return { status: 201, body: { Statement: JSON.stringify(statement) } };
      },
    },
    {
      operation: 'GetPolicy',
      method: 'GET',
      path: new RegExp(`${POLICY}$`),
      handle(call) {
        const statements = statementsOf(target(call, 'GetPolicy'));
        if (statements.length === 0) throw noPolicy();
        const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
        return { status: 200, body: { Policy, RevisionId: revisionOf(statements) } };
      },
    },
    {
      operation: 'RemovePermission',
      method: 'DELETE',
      path: new RegExp(`${POLICY}/([^/]+)$`),
      handle(call) {
        const found = target(call, 'RemovePermission');
        const sid = decodedPart(call.context.url.pathname.split('/').at(-1));
        const statements = statementsOf(found);
        if (statements.length === 0) throw noPolicy();
        checkRevision(statements, call.context.url.searchParams.get('RevisionId'));
        const left = statements.filter((statement) => statement.Sid !== sid);
        if (left.length === statements.length) {
          throw resourceNotFound(`Statement ${sid} is not found in resource policy.`);
        }
        found.fn.statements.set(found.qualifier, left);
        return { status: 204 };
      },
    },
  ];
}

async function readInput({ context }: RouteCall): Promise<Record<string, unknown>> {
  try {
    return JSON.parse((await context.body()).toString('utf8'));
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}

function noPolicy(): AwsError {
  return resourceNotFound('The resource you requested does not exist.');
}

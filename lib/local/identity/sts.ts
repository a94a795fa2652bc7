import { AwsError } from '../kernel/aws-error.ts';
import type { Credentials, Identity, Principal } from '../kernel/kernel.ts';
import type { HttpContext, WireHttpApi } from '../wire/http-context.ts';
import { type XmlContent, xmlElement } from '../wire/xml.ts';
import { readAssumeRole } from './assume-role-request.ts';
import type { CredentialStore } from './credential-store.ts';
import type { RoleStore } from './role-store.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
/** The range and default of GetSessionToken for an account's root, in seconds (STS API Reference). */
const ROOT_SESSION_SECONDS = { least: 900, most: 3_600 };

/** What the STS API stands on. */
export interface StsParts {
  readonly identity: Identity;
  readonly roles: RoleStore;
  readonly credentials: CredentialStore;
  readonly accountId: string;
  readonly root: Principal;
}

type Action = (parameters: URLSearchParams, principal: Principal) => XmlContent;

/** Creates the STS API of the query protocol: AssumeRole, GetCallerIdentity and GetSessionToken. */
export function createStsApi(parts: StsParts): WireHttpApi {
  const { identity, roles, credentials, accountId, root } = parts;

  const actions: Readonly<Record<string, Action>> = {
    AssumeRole(parameters, caller) {
      const request = readAssumeRole(parameters);
      const { roleArn, sessionName, externalId } = request;
      identity.authorize(caller, 'sts:AssumeRole', roleArn, {
        'sts:RoleSessionName': sessionName,
        'sts:ExternalId': externalId,
      });
      const role = roles.get(roleArn);
      // A session that assumes a role ("role chaining") gets one hour at most.
      const most = caller.kind === 'role' ? Math.min(3_600, role.maxSessionSeconds) : role.maxSessionSeconds;
      if (request.durationSeconds > most) {
        throw invalid(`The requested DurationSeconds exceeds the ${most} seconds that this role session may last.`);
      }
      const sessionPolicies = [...request.policies, ...request.policyArns.map((arn) => roles.managedDocument(arn))];
      const issued = identity.issue(roleArn, {
        sessionName,
        durationSeconds: request.durationSeconds,
        ...(sessionPolicies.length === 0 ? {} : { sessionPolicies }),
        // Refusals then still name the function that assumed the role.
        ...(caller.functionName === undefined ? {} : { functionName: caller.functionName }),
        ...(caller.environmentId === undefined ? {} : { environmentId: caller.environmentId }),
      });
      return {
        AssumedRoleUser: {
          AssumedRoleId: `${role.roleId}:${sessionName}`,
          Arn: identity.principalOf(issued.accessKeyId).arn,
        },
        Credentials: credentialsContent(issued),
      };
    },

    GetCallerIdentity(_parameters, { arn, kind, roleArn }) {
      const roleId = roleArn === undefined ? undefined : roles.find(roleArn)?.roleId;
      const userId = kind === 'root' ? accountId : `${roleId}:${arn.split('/').at(-1)}`;
      return { UserId: userId, Account: accountId, Arn: arn };
    },

    GetSessionToken(parameters, { kind }) {
      if (kind !== 'root') {
        throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
      }
      const { least, most } = ROOT_SESSION_SECONDS;
      const seconds = Number(parameters.get('DurationSeconds') ?? most);
      if (!Number.isInteger(seconds) || seconds < least) throw invalid(`DurationSeconds must be at least ${least}.`);
      return { Credentials: credentialsContent(credentials.create(root, Math.min(seconds, most))) };
    },
  };

  return {
    signingNames: ['sts'],
    errorProtocol: 'query',
    async handle(_request, response, context) {
      const { principal, requestId, url } = context;
      const parameters = new URLSearchParams(`${url.searchParams}&${(await context.body()).toString('utf8')}`);
      const name = parameters.get('Action') ?? '';
      await (context as Partial<HttpContext>).operation?.(name || 'unknown', Object.fromEntries(parameters));
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (action === undefined) {
        const simulated = Object.keys(actions).join(', ');
        throw new AwsError(
          'InvalidAction',
          `STS '${name}' is not simulated; its simulated operations are ${simulated}`,
        );
      }
      const result = xmlElement(`${name}Result`, action(parameters, principal));
      const body =
        `<${name}Response xmlns="${NAMESPACE}">${result}` +
        `${xmlElement('ResponseMetadata', { RequestId: requestId })}</${name}Response>`;
      response.setHeader('Content-Type', 'text/xml');
      response.setHeader('Content-Length', Buffer.byteLength(body));
      response.end(body);
    },
  };
}

function credentialsContent({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Credentials): XmlContent {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAt).toISOString(),
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

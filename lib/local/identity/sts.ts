import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext, Credentials, Identity, Principal } from '../kernel/kernel.ts';
import { decodeBody } from '../wire/body.ts';
import type { HttpContext, WireHttpApi } from '../wire/http-context.ts';
import { isAwsOperation } from '../wire/operation-names.ts';
import { tagKeys } from '../wire/request-keys.ts';
import { type XmlContent, xmlElement } from '../wire/xml.ts';
import { readAssumeRole } from './assume-role-request.ts';
import type { CredentialStore, SessionPrincipal } from './credential-store.ts';
import { noSuchEntity } from './iam-errors.ts';
import type { Role, RoleStore } from './role-store.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
/** The range and default of GetSessionToken for an account's root, in seconds (STS API Reference). */
const ROOT_SESSION_SECONDS = { least: 900, most: 3_600 };

/** What proves by itself who asks, so that nobody signs it. */
const UNSIGNED_ACTIONS: ReadonlySet<string> = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);

/** What the STS API stands on. */
export interface StsParts {
  readonly identity: Identity;
  readonly roles: RoleStore;
  readonly credentials: CredentialStore;
  readonly accountId: string;
  readonly root: Principal;
}

type Action = (parameters: URLSearchParams, principal: SessionPrincipal) => XmlContent;

/** Creates the STS API of the query protocol: AssumeRole, GetCallerIdentity and GetSessionToken. */
export function createStsApi(parts: StsParts): WireHttpApi {
  const { identity, roles, credentials, accountId, root } = parts;

  const actions: Readonly<Record<string, Action>> = {
    AssumeRole(parameters, caller) {
      const request = readAssumeRole(parameters);
      const { roleArn, sessionName, externalId } = request;
      const inherited = inheritedTags(caller);
      if (Object.keys(request.tags).some((key) => Object.hasOwn(inherited, key))) {
        const message =
          "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
        throw new AwsError('InvalidParameterValue', message);
      }
      const sessionTags = { ...request.tags, ...inherited };
      const transitiveTagKeys = [...new Set([...request.transitiveTagKeys, ...Object.keys(inherited)])];
      const sourceIdentity = request.sourceIdentity ?? caller.sourceIdentity;
      const context = {
        'sts:RoleSessionName': sessionName,
        'sts:ExternalId': externalId,
        'sts:SourceIdentity': request.sourceIdentity,
        'sts:TransitiveTagKeys': request.transitiveTagKeys.length === 0 ? undefined : request.transitiveTagKeys,
        ...tagKeys({ Tags: sessionTags }),
        ...resourceTags(roles.find(roleArn)),
      };
      identity.authorize(caller, 'sts:AssumeRole', roleArn, context);
      if (Object.keys(request.tags).length > 0) identity.authorize(caller, 'sts:TagSession', roleArn, context);
      if (request.sourceIdentity !== undefined) identity.authorize(caller, 'sts:SetSourceIdentity', roleArn, context);
      const role = roles.get(roleArn);
      // A session that assumes a role ("role chaining") gets one hour at most.
      const most = caller.kind === 'role' ? Math.min(3_600, role.maxSessionSeconds) : role.maxSessionSeconds;
      if (request.durationSeconds > most) {
        throw invalid(`The requested DurationSeconds exceeds the ${most} seconds that this role session may last.`);
      }
      const missing = request.policyArns.find((policyArn) => !roles.isManaged(policyArn));
      if (missing !== undefined) throw noSuchEntity(`Policy ${missing} does not exist or is not attachable.`);
      const sessionPolicies = [...request.policies, ...request.policyArns.map((arn) => roles.managedDocument(arn))];
      const issued = identity.issue(roleArn, {
        sessionName,
        durationSeconds: request.durationSeconds,
        ...(sessionPolicies.length === 0 ? {} : { sessionPolicies }),
        sessionTags,
        transitiveTagKeys,
        ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
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
        ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
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
    operations: Object.keys(actions),
    errorProtocol: 'query',
    async handle(request, response, context) {
      const { principal, requestId, url } = context;
      const form = await decodeBody(await context.body(), request.headers['content-encoding']);
      const parameters = new URLSearchParams(`${url.searchParams}&${form.toString('utf8')}`);
      const name = parameters.get('Action') ?? '';
      await (context as Partial<HttpContext>).operation?.(name || 'unknown', Object.fromEntries(parameters));
      if (principal.accountId !== accountId && !UNSIGNED_ACTIONS.has(name)) throw unsigned();
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (action === undefined) {
        throw noAction(name, Object.keys(actions).join(', '));
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

/** The session tags that go on into sessions of other roles. */
function inheritedTags({
  sessionTags = {},
  transitiveTagKeys = [],
}: SessionPrincipal): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(sessionTags).filter(([key]) => transitiveTagKeys.includes(key)));
}

function resourceTags(role: Role | undefined): ConditionContext {
  const tags = Object.entries(role?.tags ?? {});
  return Object.fromEntries(
    tags.flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  );
}

function noAction(name: string, simulated: string): AwsError {
  if (isAwsOperation('sts', name)) {
    const message = `STS ${name} is not simulated; its simulated operations are ${simulated}`;
    return new AwsError('NotImplemented', message, { status: 501 });
  }
  return new AwsError(
    'InvalidAction',
    `Could not find operation ${name} for version 2011-06-15; the simulated operations of STS are ${simulated}`,
  );
}

function credentialsContent({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Credentials): XmlContent {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAt).toISOString(),
  };
}

function unsigned(): AwsError {
  return new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', {
    status: 403,
  });
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

import {
  AwsCallError,
  type AwsConnection,
  type AwsCredentials,
  type CredentialProvider,
  type TimeSource,
  tryUntil,
} from '../aws/index.ts';
import { PermissionError } from '../core/errors.ts';
import { assumeRole } from './assume-role.ts';

/** Credentials that end within this time are renewed, in milliseconds. */
const RENEWAL_MARGIN_MS = 5 * 60_000;
/** Asking may take this long, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Whom to become, and what for. */
export interface LaunchRoleOptions {
  readonly roleArn: string;
  /** See {@link sessionName}. */
  readonly sessionName: string;
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  /** Told of every secret as soon as it is known. */
  readonly onCredentials: (credentials: AwsCredentials) => void;
}

/**
 * The credentials of a launch role, asked for when they are first needed and renewed five minutes before their end
 * (an hour: no longer session can follow from a role's own).
 *
 * The provider throws PermissionError, naming the role and the statement that its trust policy lacks.
 */
export function launchRoleCredentials(options: LaunchRoleOptions): CredentialProvider {
  const { roleArn, sessionName: session, connection, time, onCredentials } = options;
  let current: AwsCredentials | undefined;
  let asking: Promise<AwsCredentials> | undefined;

  async function ask(): Promise<AwsCredentials> {
    try {
      current = await tryUntil((signal) => assumeRole(connection, roleArn, session, signal), {
        until: time.now() + PATIENCE_MS,
        time,
      });
    } catch (error) {
      throw error instanceof AwsCallError && error.accessDenied ? refused(roleArn, error) : error;
    }
    onCredentials(current);
    return current;
  }

  return () => {
    const end = current?.expiration?.getTime() ?? 0;
    if (current !== undefined && end - RENEWAL_MARGIN_MS > time.now()) return Promise.resolve(current);
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** The longest name of a role session (STS API Reference, AssumeRole), in characters. */
const SESSION_NAME_LIMIT = 64;

/** A name for a role session out of ids: what STS does not take becomes a hyphen, and it is never too short or long. */
export function sessionName(...ids: readonly string[]): string {
  const name = ids
    .filter((id) => id !== '')
    .join('-')
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, SESSION_NAME_LIMIT);
  return name.length < 2 ? `ringback-${name}` : name;
}

function refused(roleArn: string, error: AwsCallError): PermissionError {
  const [, partition = 'aws', account, name] =
    /User: arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(error.message) ?? [];
  const statement = JSON.stringify({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account ?? 'ENGINE_ACCOUNT'}:root` },
    Action: 'sts:AssumeRole',
    Condition: {
      ArnLike: {
        'aws:PrincipalArn': `arn:${partition}:iam::${account ?? 'ENGINE_ACCOUNT'}:role/*${name ?? 'ENGINE_ROLE'}`,
      },
    },
  });
  return new PermissionError(
    `the launch role ${roleArn} cannot be assumed: it does not exist in that account, the engine's role may not call sts:AssumeRole on it, or its trust policy lacks the statement ${statement}; ${error.message}`,
    { cause: error },
  );
}

import { randomBytes } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Credentials, PolicyDocument, Principal } from '../kernel/kernel.ts';
import { stableSuffix } from './physical-name.ts';

/** A session token of AWS is several hundred characters long and no fixed size is promised. */
const SESSION_TOKEN_BYTES = 264;
/** How many credentials are handed out between two looks for those that have expired. */
const SWEEP_INTERVAL = 1_000;

/** A principal together with what narrows its session. */
export interface SessionPrincipal extends Principal {
  readonly sessionPolicies?: readonly PolicyDocument[];
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** The keys of session tags that a session of another role takes over. */
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  /** Simulated milliseconds since the epoch. */
  readonly issuedAt?: number;
}

/** The temporary credentials that are out. */
export interface CredentialStore {
  /** Makes credentials for a principal. */
  create(principal: SessionPrincipal, durationSeconds: number): Credentials;
  /**
   * The principal of a key that was handed out here; `undefined` for any other key.
   *
   * @throws AwsError ExpiredTokenException
   */
  find(accessKeyId: string): SessionPrincipal | undefined;
}

/** Creates an empty store; credentials expire by the simulated clock, and key ids are made from `uuid`. */
export function createCredentialStore(clock: Pick<Clock, 'now'>, uuid: () => string): CredentialStore {
  const live = new Map<string, { readonly principal: SessionPrincipal; readonly expiresAt: number }>();
  // A key that was handed out once must never pass for a developer's own.
  const expired = new Set<string>();

  function expire(accessKeyId: string): void {
    live.delete(accessKeyId);
    expired.add(accessKeyId);
  }

  function sweep(): void {
    for (const [accessKeyId, { expiresAt }] of live) if (expiresAt <= clock.now()) expire(accessKeyId);
  }

  let created = 0;
  return {
    create(principal, durationSeconds) {
      created++;
      if (created % SWEEP_INTERVAL === 0) sweep();
      const accessKeyId = `ASIA${stableSuffix(uuid(), 16)}`;
      const expiresAt = clock.now() + durationSeconds * 1000;
      live.set(accessKeyId, { principal, expiresAt });
      return {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(SESSION_TOKEN_BYTES).toString('base64'),
        expiresAt,
      };
    },
    find(accessKeyId) {
      const found = live.get(accessKeyId);
      if (found !== undefined && found.expiresAt > clock.now()) return found.principal;
      if (found !== undefined) expire(accessKeyId);
      if (expired.has(accessKeyId)) {
        throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
      }
      return undefined;
    },
  };
}

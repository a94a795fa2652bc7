import type { Secret, SecretValue, SecretVersion } from './secret.ts';
import { alreadyExists, invalidRequest, valueNotFound } from './secret-errors.ts';

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** A new version of a secret. */
export interface NewVersion {
  readonly id: string;
  readonly value: SecretValue;
  /** The labels that it gets; the first version of a secret gets AWSCURRENT, too. @defaultValue AWSCURRENT */
  readonly stages?: readonly string[] | undefined;
  /** Simulated milliseconds since the epoch. */
  readonly now: number;
}

/** Which version is asked for; AWSCURRENT where nothing is said. */
export interface WantedVersion {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

/**
 * Adds a version and moves its labels to it. The same id with the same value again changes nothing.
 *
 * @throws AwsError ResourceExistsException for the id of a version with another value
 */
export function addVersion(secret: Secret, { id, value, stages = [CURRENT], now }: NewVersion): SecretVersion {
  const known = secret.versions.get(id);
  if (known !== undefined) {
    if (JSON.stringify(known.value) === JSON.stringify(value)) return known;
    throw alreadyExists(`Version ${id} of secret ${secret.name} has another value; a version never changes.`);
  }
  const version: SecretVersion = { id, value, createdAt: now, stages: new Set() };
  const isFirst = secret.versions.size === 0;
  secret.versions.set(id, version);
  for (const stage of isFirst ? new Set([...stages, CURRENT]) : stages) moveStage(secret, stage, version);
  secret.changedAt = now;
  return version;
}

/** @throws AwsError ResourceNotFoundException, InvalidRequestException where id and label are of different versions */
export function findVersion(secret: Secret, { VersionId, VersionStage }: WantedVersion): SecretVersion {
  if (VersionId === undefined) {
    const stage = VersionStage ?? CURRENT;
    const labelled = holderOf(secret, stage);
    if (labelled === undefined) throw valueNotFound(`staging label: ${stage}`);
    return labelled;
  }
  const version = secret.versions.get(VersionId);
  if (version === undefined) throw valueNotFound(`VersionId: ${VersionId}`);
  if (VersionStage === undefined || version.stages.has(VersionStage)) return version;
  throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
}

/** The labels of each version that has any. */
export function stagesByVersion({ versions }: Secret): Readonly<Record<string, readonly string[]>> {
  const labelled = [...versions.values()].filter(({ stages }) => stages.size > 0);
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
}

/** The version that has a label. */
export function holderOf({ versions }: Secret, stage: string): SecretVersion | undefined {
  return [...versions.values()].find(({ stages }) => stages.has(stage));
}

/** Moves a label to a version. What was current becomes the previous version. */
export function moveStage(secret: Secret, stage: string, version: SecretVersion): void {
  const holder = holderOf(secret, stage);
  holder?.stages.delete(stage);
  version.stages.add(stage);
  if (stage === CURRENT && holder !== undefined) moveStage(secret, PREVIOUS, holder);
}

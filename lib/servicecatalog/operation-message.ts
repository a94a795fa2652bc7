import { InvalidEventError } from '../core/errors.ts';
import { type Loose, readObject, readText } from '../core/read-leniently.ts';
import { type ArtifactLocation, readArtifactLocation } from './artifact/artifact-location.ts';
import { type OperationType, readOperationType } from './operation-type.ts';

/** Who asked for an operation, as far as the message says. */
export interface OperationIdentity {
  /** The unique id of the user or role, such as `AROASGNG33TL2BDDOJDZK`. */
  readonly principal: string | undefined;
  /** The account of the end user. */
  readonly awsAccountId: string | undefined;
  readonly organizationId: string | undefined;
}

/** One message of an operation queue, read leniently. */
export interface OperationMessage {
  /** Opens the record to whoever holds it: a secret. Its form is Service Catalog's own affair. */
  readonly token: string;
  readonly recordId: string;
  readonly operation: OperationType;
  readonly provisionedProductId: string;
  readonly provisionedProductName: string;
  readonly productId: string | undefined;
  readonly provisioningArtifactId: string | undefined;
  readonly launchRoleArn: string | undefined;
  readonly artifact: ArtifactLocation | undefined;
  readonly identity: OperationIdentity;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** What is wrong with the message, for whoever reads the failure; empty when it is sound. */
  readonly problems: readonly string[];
}

/** The ids that the result APIs take (API model of 2015-12-10). */
const RECORD_ID = /^[a-zA-Z0-9_-]{1,100}$/;

/** Tells whether a message can be answered: it has a record id and a token, and looks like an operation. */
export function isAnswerable(message: unknown): message is Loose {
  const { recordId, token, operation } = readObject(message);
  return isRecordId(recordId) && readText(token) !== undefined && readText(operation) !== undefined;
}

/**
 * Reads a message of an operation queue.
 *
 * @throws InvalidEventError when it cannot be answered, naming what is missing by member names only
 */
export function readOperationMessage(event: unknown): OperationMessage {
  if (!isAnswerable(event)) throw new InvalidEventError(describeUnanswerable(event));
  const problems: string[] = [];
  const operation = readOperationType(event.operation) ?? guessOperation(event, problems);
  return {
    token: String(event.token),
    recordId: String(event.recordId),
    operation,
    provisionedProductId: required(event, 'provisionedProductId', problems),
    provisionedProductName: readText(event.provisionedProductName) ?? '',
    productId: readText(event.productId),
    provisioningArtifactId: readText(event.provisioningArtifactId),
    launchRoleArn: readText(event.launchRoleArn),
    artifact:
      operation === 'TERMINATE_PROVISIONED_PRODUCT' ? undefined : readArtifactLocation(event.artifact, problems),
    identity: readIdentity(event.identity),
    parameters: readPairs(event.parameters, 'parameters', undefined, problems),
    tags: readPairs(event.tags, 'tags', '', problems),
    problems,
  };
}

/** Every value that a message has for these parameters: of a key that stands there twice, too, whose last value counts. */
export function valuesOf(event: unknown, keys: readonly string[]): readonly string[] {
  const { parameters } = readObject(event);
  if (!Array.isArray(parameters)) return [];
  return parameters.map(readObject).flatMap(({ key, value }) => {
    return typeof value === 'string' && keys.includes(key as string) ? [value] : [];
  });
}

/** An unknown operation is answered by the call that its members point to: only a wrong one is refused. */
function guessOperation(event: Loose, problems: string[]): OperationType {
  const shown = JSON.stringify(String(event.operation).slice(0, 60));
  problems.push(`the operation ${shown} is none that this engine knows`);
  if (/UPDATE/i.test(String(event.operation))) return 'UPDATE_PROVISIONED_PRODUCT';
  return event.artifact === undefined ? 'TERMINATE_PROVISIONED_PRODUCT' : 'PROVISION_PRODUCT';
}

function readIdentity(value: unknown): OperationIdentity {
  const { principal, awsAccountId, organizationId } = readObject(value);
  return {
    principal: readText(principal),
    awsAccountId: readText(awsAccountId),
    organizationId: readText(organizationId),
  };
}

/**
 * Pairs of keys and values. One that says nothing, with neither key nor value, is left out.
 *
 * @param absent - what stands for a value that is not there: of a parameter nothing, so that it is not taken for an
 * empty text and what an update leaves out is kept; a tag may be without one
 */
function readPairs(
  value: unknown,
  member: string,
  absent: string | undefined,
  problems: string[],
): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) {
    problems.push(`${member} must be a list of keys and values, but is of type ${typeof value}`);
    return {};
  }
  const pairs: [string, string][] = [];
  for (const [index, item] of value.entries()) {
    const { key, value } = readObject(item);
    const content = value ?? undefined;
    if (typeof key !== 'string' || key === '') {
      if (!saysNothing(item)) problems.push(`${member}[${index}] has no key`);
    } else if (typeof content !== 'string' && content !== undefined) {
      problems.push(`${member}.${key} must be text, but is of type ${typeof content}`);
    } else if ((content ?? absent) !== undefined) pairs.push([key, content ?? absent ?? '']);
  }
  return Object.fromEntries(pairs);
}

function saysNothing(item: unknown): boolean {
  const { key, value = '' } = readObject(item);
  return key === '' && (value === '' || value === null);
}

function required(event: Loose, member: string, problems: string[]): string {
  const value = readText(event[member]);
  if (value === undefined) problems.push(`the message has no ${member}`);
  return value ?? '';
}

function describeUnanswerable(event: unknown): string {
  const expected = 'expected an operation of Service Catalog, {"token", "operation", "recordId", ...}';
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return `${expected}, but got ${event === null ? 'null' : Array.isArray(event) ? 'an array' : `a ${typeof event}`}`;
  }
  const members = Object.keys(event).slice(0, 12);
  const missing = ['token', 'operation', 'recordId'].filter(
    (member) => readText((event as Loose)[member]) === undefined,
  );
  if (missing.length === 0) return `${expected}, but its recordId is not made of letters, digits, - and _`;
  return `${expected}, but got an object without ${missing.join(', ')}; its members are ${members.join(', ') || 'none'}`;
}

function isRecordId(value: unknown): boolean {
  return typeof value === 'string' && RECORD_ID.test(value);
}

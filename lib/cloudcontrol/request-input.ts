import { ConfigurationError } from '../core/errors.ts';
import { LossError, withoutLoss } from '../core/without-loss.ts';
import { isObject } from './patch/compare-values.ts';
import type { ResourcePlace } from './read-resource.ts';

/** What every request has. */
export interface ResourceTarget {
  /** Such as `AWS::S3::Bucket`. */
  readonly typeName: string;
  /**
   * A role that CloudFormation may assume, to do it as. The caller needs iam:PassRole on it.
   *
   * @defaultValue the caller's own session, which lasts 24 hours at most
   */
  readonly roleArn?: string;
  /** The version of a private type. @defaultValue its default version */
  readonly typeVersionId?: string;
}

/** Properties that a resource is to have, as an object or its JSON text. */
export type DesiredState = Readonly<Record<string, unknown>> | string;

/** API model of Cloud Control (2021-09-30): TypeName; and the largest Properties and PatchDocument, in bytes. */
const TYPE_NAME = /^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(?:::MODULE)?$/;
const ROLE_ARN = /^arn:.+:iam::[0-9]{12}:role\/.+$/;
const MOST_BYTES = 262_144;

/**
 * Checks what every request has, before anything is asked for.
 *
 * @param name - of the public function, for the message
 * @param known - the names of its options
 * @throws ConfigurationError that names what cannot be
 */
export function readTarget(name: string, options: ResourceTarget, known: readonly string[]): ResourcePlace {
  if (!isObject(options))
    throw new ConfigurationError(`${name} takes an object with a typeName, but got ${kind(options)}`);
  const members = ['typeName', 'roleArn', 'typeVersionId', ...known];
  const unknown = Object.keys(options).find((member) => !members.includes(member));
  if (unknown !== undefined) {
    throw new ConfigurationError(`${name} has no option "${unknown}"; it has ${members.join(', ')}`);
  }
  const { typeName, roleArn, typeVersionId } = options as ResourceTarget;
  if (typeof typeName !== 'string' || !TYPE_NAME.test(typeName)) {
    throw new ConfigurationError(
      `${JSON.stringify(typeName) ?? 'undefined'} is not the name of a resource type, such as AWS::S3::Bucket`,
    );
  }
  if (roleArn !== undefined && !ROLE_ARN.test(roleArn)) {
    throw new ConfigurationError(`the roleArn of ${typeName} is not the ARN of a role: ${JSON.stringify(roleArn)}`);
  }
  if (typeVersionId !== undefined && (typeof typeVersionId !== 'string' || typeVersionId === '')) {
    throw new ConfigurationError(`the typeVersionId of ${typeName} must be a text, but is ${kind(typeVersionId)}`);
  }
  return { typeName, roleArn, typeVersionId };
}

/** Reads a desired state. @throws ConfigurationError, which does not quote it: it may hold secrets */
export function readDesiredState(typeName: string, state: DesiredState): Readonly<Record<string, unknown>> {
  const read: unknown = typeof state === 'string' ? parsed(typeName, state) : state;
  if (!isObject(read)) {
    throw new ConfigurationError(
      `the desired state of ${typeName} must be an object of properties, but is ${kind(read)}`,
    );
  }
  documentText(`the desired state of ${typeName}`, read);
  return read;
}

/** The JSON text of a document that goes to the API. @throws ConfigurationError */
export function documentText(what: string, document: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(document, withoutLoss);
  } catch (error) {
    throw new ConfigurationError(`${what} is not JSON: ${unreadable(error)}`);
  }
  const bytes = Buffer.byteLength(text ?? '');
  if (bytes > MOST_BYTES)
    throw new ConfigurationError(`${what} has ${bytes} bytes as JSON, and at most ${MOST_BYTES} are taken`);
  return text ?? 'null';
}

/** Why a value cannot be written as JSON. What its own getters throw may tell its content. */
function unreadable(error: unknown): string {
  if (error instanceof LossError) return error.message;
  return error instanceof TypeError ? 'it is circular' : 'it cannot be read';
}

function parsed(typeName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationError(`the desired state of ${typeName} is a text that is not JSON`);
  }
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

import { AwsError } from '../kernel/aws-error.ts';
import type { Secret } from './secret.ts';
import { stagesByVersion } from './versions.ts';
import { secretShape } from './wire-shapes.ts';

/** What ListSecrets is asked for. */
export interface ListInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly IncludePlannedDeletion?: boolean;
  readonly SortOrder?: 'asc' | 'desc';
  readonly Filters?: readonly { readonly Key?: string; readonly Values?: readonly string[] }[];
}

const LARGEST_PAGE = 100;

/** Where a filter looks; a value is found at the beginning of any of these texts. */
const SEARCHED: Readonly<Record<string, (secret: Secret) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description = '' }) => [description],
  'tag-key': ({ tags }) => tags.map(({ Key }) => Key),
  'tag-value': ({ tags }) => tags.map(({ Value }) => Value),
};

/** One page of the secrets that pass all filters, oldest first. @throws AwsError InvalidNextTokenException */
export function listSecrets(secrets: readonly Secret[], input: ListInput): object {
  const { MaxResults = LARGEST_PAGE, NextToken, Filters = [], IncludePlannedDeletion = false, SortOrder } = input;
  const found = secrets
    .filter(({ deletedAt }) => IncludePlannedDeletion || deletedAt === undefined)
    .filter((secret) => Filters.every(({ Key = '', Values = [] }) => passes(secret, Key, Values)));
  if (SortOrder === 'desc') found.reverse();
  const shown = NextToken === undefined ? 0 : found.findIndex(({ arn }) => tokenOf(arn) === NextToken) + 1;
  if (NextToken !== undefined && shown === 0) {
    throw new AwsError('InvalidNextTokenException', 'The NextToken is not one of this list: start again without one.');
  }
  const page = found.slice(shown, shown + MaxResults);
  const last = page.at(-1);
  return {
    SecretList: page.map((secret) => ({ ...secretShape(secret), SecretVersionsToStages: stagesByVersion(secret) })),
    ...(last !== undefined && shown + MaxResults < found.length ? { NextToken: tokenOf(last.arn) } : {}),
  };
}

/** A value passes where any is found, and none of those with an exclamation mark before them. */
function passes(secret: Secret, key: string, values: readonly string[]): boolean {
  const wanted = values.filter((value) => !value.startsWith('!'));
  const unwanted = values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const has = (value: string) => isFound(secret, key, value);
  return (wanted.length === 0 || wanted.some(has)) && !unwanted.some(has);
}

function isFound(secret: Secret, key: string, value: string): boolean {
  const begins = (text: string, start: string) => text.startsWith(start);
  const beginsLoosely = (text: string, start: string) => begins(text.toLowerCase(), start.toLowerCase());
  if (key !== 'all') {
    const matches = key === 'description' ? beginsLoosely : begins;
    return (SEARCHED[key]?.(secret) ?? []).some((text) => matches(text, value));
  }
  const words = Object.values(SEARCHED).flatMap((textsOf) => textsOf(secret).flatMap((text) => text.split(/[\s/_-]+/)));
  return value.split(/\s+/).every((part) => words.some((word) => beginsLoosely(word, part)));
}

function tokenOf(arn: string): string {
  return Buffer.from(arn).toString('base64url');
}

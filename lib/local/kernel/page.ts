import { AwsError } from './aws-error.ts';

/** What cuts a page out of a list. */
export interface PageOptions {
  /** The operation that lists, such as `ssm:DescribeParameters`. */
  readonly list: string;
  /** The most items of a page. */
  readonly size: number;
  /** What the caller gave; absent for the first page. */
  readonly token: string | undefined;
  /** The service's code for a token that it refuses. */
  readonly refusal: string;
}

/**
 * Cuts a page out of a list. Its token tells the list and the place: one of another list, or made up, is refused, since a
 * page that is empty for it would say that there is nothing.
 *
 * @throws AwsError of the code `refusal`
 */
export function pageOf<Item>(
  items: readonly Item[],
  { list, size, token, refusal }: PageOptions,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const start = token === undefined ? 0 : startOf(list, String(token));
  if (start === undefined) {
    throw new AwsError(refusal, 'The specified token is not one of this list: start again without one.');
  }
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: tokenOf(list, end) } : {}) };
}

function tokenOf(list: string, start: number): string {
  return Buffer.from(`${list} ${start}`).toString('base64url');
}

function startOf(list: string, token: string): number | undefined {
  const [of, place = ''] = Buffer.from(token, 'base64url').toString().split(' ');
  return of === list && /^\d{1,9}$/.test(place) ? Number(place) : undefined;
}

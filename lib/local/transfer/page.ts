import { AwsError } from '../kernel/aws-error.ts';

/** What a caller asks of a list. */
export interface PageRequest {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Cuts a page out of a list; the token names the last item shown. @throws AwsError InvalidNextTokenException */
export function page<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  { MaxResults = 100, NextToken }: PageRequest,
): { readonly items: readonly Item[]; readonly more: { readonly NextToken?: string } } {
  const shown = NextToken === undefined ? -1 : items.findIndex((item) => tokenOf(idOf(item)) === NextToken);
  if (NextToken !== undefined && shown === -1) {
    throw new AwsError('InvalidNextTokenException', 'the NextToken is not one of this list: start again without one');
  }
  const rest = items.slice(shown + 1);
  const found = rest.slice(0, MaxResults);
  const last = found.at(-1);
  return {
    items: found,
    more: last !== undefined && rest.length > MaxResults ? { NextToken: tokenOf(idOf(last)) } : {},
  };
}

function tokenOf(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** What a listing asks for. */
export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Only what comes after this key or common prefix is listed. */
  readonly after: string;
}

/** One page of a listing, in order. */
export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix of the page; the next page starts after it. */
  readonly last?: string;
}

/** Compares keys as S3 orders them: by their bytes in UTF-8. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Lists a page of keys, rolling those that share the part up to the delimiter into one common prefix. */
export function listKeys(keys: Iterable<string>, request: ListingRequest): ListingPage {
  const { prefix, delimiter, maxKeys, after } = request;
  const entries = new Set<string>();
  for (const key of keys) if (key.startsWith(prefix)) entries.add(commonPrefixOf(key, prefix, delimiter) ?? key);
  const following = [...entries].sort(compareKeys).filter((entry) => after === '' || compareKeys(entry, after) > 0);
  const page = following.slice(0, maxKeys);
  const isPrefix = (entry: string) => commonPrefixOf(entry, prefix, delimiter) === entry;
  const last = page.at(-1);
  return {
    keys: page.filter((entry) => !isPrefix(entry)),
    commonPrefixes: page.filter(isPrefix),
    isTruncated: maxKeys > 0 && following.length > page.length,
    ...(last === undefined ? {} : { last }),
  };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

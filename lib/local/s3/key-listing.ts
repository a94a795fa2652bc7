/** What a listing asks for. */
export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** The most entries of a page, common prefixes among them. */
  readonly maxKeys: number;
  /** Only what comes after this key or common prefix is listed. */
  readonly after: string;
}

/** One page of a listing, in order. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last entry or common prefix of the page; the next page starts after it. */
  readonly last?: Entry | string;
}

/** One page of keys. */
export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  readonly last?: string;
}

/** Compares keys as S3 orders them: by their bytes in UTF-8. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Lists a page of entries that have a key each, rolling those that share the part up to the delimiter into one common
 * prefix. Entries of one key keep their order; `isLater` says which of the key `after` itself are still to come.
 */
export function listEntries<Entry extends { readonly key: string }>(
  entries: Iterable<Entry>,
  request: ListingRequest,
  isLater: (entry: Entry) => boolean = () => false,
): Page<Entry> {
  const { prefix, delimiter, maxKeys, after } = request;
  const following: (Entry | string)[] = [];
  const matching = [...entries].filter(({ key }) => key.startsWith(prefix)).sort((a, b) => compareKeys(a.key, b.key));
  for (const entry of matching) {
    const common = commonPrefixOf(entry.key, prefix, delimiter);
    const place = after === '' ? 1 : compareKeys(common ?? entry.key, after);
    if (place < 0 || (place === 0 && (common !== undefined || !isLater(entry)))) continue;
    if (common === undefined) following.push(entry);
    else if (following.at(-1) !== common) following.push(common);
  }
  const page = following.slice(0, maxKeys);
  const last = page.at(-1);
  return {
    entries: page.filter((entry) => typeof entry !== 'string'),
    commonPrefixes: page.filter((entry) => typeof entry === 'string'),
    isTruncated: maxKeys > 0 && following.length > page.length,
    ...(last === undefined ? {} : { last }),
  };
}

/** Lists a page of keys. */
export function listKeys(keys: Iterable<string>, request: ListingRequest): ListingPage {
  const named = [...keys].map((key) => ({ key }));
  const { entries, last, ...page } = listEntries(named, request);
  return {
    ...page,
    keys: entries.map(({ key }) => key),
    ...(last === undefined ? {} : { last: typeof last === 'string' ? last : last.key }),
  };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

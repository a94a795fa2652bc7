/** A response, whole. */
export interface HttpResponse {
  readonly status: number;
  /** By name in lower case; what came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How long its connection may wait for another request, in milliseconds; undefined where it may not. */
  readonly keepMs: number | undefined;
}

/** What came is no response, or one that is larger than any that AWS gives. */
export class BrokenResponseError extends Error {
  override readonly name = 'BrokenResponseError';
  readonly code = 'EPROTO';
}

/** The longest head, in bytes, also of trailers; Node's own client takes 16 KiB. */
const LONGEST_HEAD_BYTES = 65_536;
/** The longest line before a chunk, in bytes: a size, and perhaps an extension. */
const LONGEST_SIZE_BYTES = 4_096;
/** The largest body, in bytes. The largest answer of these APIs is one of Lambda, 6 MB. */
const LARGEST_BODY_BYTES = 64 * 1024 ** 2;
/** A server that says how long it waits may close a moment sooner, in milliseconds. */
const KEPT_MARGIN_MS = 1_000;

const NOTHING = Buffer.alloc(0);

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/;
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):([^\r\n\0]*)$/;

interface Head {
  readonly version: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a parser awaits next. */
type Awaiting =
  | { readonly part: 'head' | 'size' | 'chunk end' | 'trailers' | 'close' }
  | { readonly part: 'length' | 'chunk'; left: number };

/**
 * Reads one response of HTTP/1.1 as it comes, and nothing that would leave open where it ends (RFC 9112).
 *
 * A class, since most of what a warm function spends on a response is the making of its parser.
 */
export class ResponseParser {
  #awaiting: Awaiting = { part: 'head' };
  #head: Head | undefined;
  #rest: Buffer = NOTHING;
  /** What has come of the body, `#size` bytes; most often all of it at once. */
  #body: Buffer = NOTHING;
  #size = 0;
  #headBytes = 0;

  /** @returns the response, once it is whole @throws BrokenResponseError */
  feed(bytes: Buffer): HttpResponse | undefined {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const isWhole = this.#step();
      if (isWhole === true) return this.#whole();
      if (isWhole === false) return undefined;
    }
  }

  /** The connection was closed. @returns the response, where that is its end */
  end(): HttpResponse | undefined {
    return this.#awaiting.part === 'close' ? this.#whole() : undefined;
  }

  /** One step on. @returns true when the response is whole, false when more has to come, undefined for another step */
  #step(): boolean | undefined {
    const awaiting = this.#awaiting;
    switch (awaiting.part) {
      case 'head': {
        const text = this.#takeHead('\r\n\r\n');
        if (text === undefined) return false;
        const head = readHead(text);
        if (head.status === 101) throw new BrokenResponseError('a change of protocols that nobody asked for');
        // What comes before the response itself, such as 100 Continue.
        if (head.status < 200) return undefined;
        this.#head = head;
        this.#awaiting = bodyOf(head);
        return undefined;
      }
      case 'length':
        awaiting.left -= this.#takeBytes(awaiting.left);
        return awaiting.left === 0;
      case 'size': {
        const line = this.#takeUpTo('\r\n', LONGEST_SIZE_BYTES);
        if (line === undefined) return false;
        const left = sizeOf(line);
        this.#awaiting = left === 0 ? { part: 'trailers' } : { part: 'chunk', left };
        return undefined;
      }
      case 'chunk':
        awaiting.left -= this.#takeBytes(awaiting.left);
        if (awaiting.left > 0) return false;
        this.#awaiting = { part: 'chunk end' };
        return undefined;
      case 'chunk end':
        if (this.#rest.length < 2) return false;
        if (this.#rest.indexOf('\r\n') !== 0) throw new BrokenResponseError('a chunk that is longer than it says');
        this.#rest = this.#rest.subarray(2);
        this.#awaiting = { part: 'size' };
        return undefined;
      case 'trailers': {
        const line = this.#takeHead('\r\n');
        return line === undefined ? false : line === '' || undefined;
      }
      case 'close':
        this.#takeBytes(this.#rest.length);
        return false;
    }
  }

  #whole(): HttpResponse {
    const { version, status, headers } = this.#head as Head;
    const keeps = this.#awaiting.part !== 'close' && this.#rest.length === 0 && isKept(version, headers);
    return { status, headers, body: this.#body.subarray(0, this.#size), keepMs: keeps ? keepMsOf(headers) : undefined };
  }

  /** Takes heads and trailers, which have a bound together, like {@link #takeUpTo}. */
  #takeHead(end: '\r\n' | '\r\n\r\n'): string | undefined {
    const taken = this.#takeUpTo(end, LONGEST_HEAD_BYTES - this.#headBytes);
    this.#headBytes += taken?.length ?? 0;
    return taken;
  }

  /** Takes a line, or lines up to an empty one, off what has come; undefined where the end is not there yet. */
  #takeUpTo(end: '\r\n' | '\r\n\r\n', longest: number): string | undefined {
    const rest = this.#rest;
    const at = rest.indexOf(end);
    if ((at < 0 ? rest.length : at) > longest) throw new BrokenResponseError(`a head of more than ${longest} bytes`);
    if (at < 0) return undefined;
    this.#rest = rest.subarray(at + end.length);
    return rest.toString('latin1', 0, at);
  }

  #takeBytes(most: number): number {
    const rest = this.#rest;
    const isAll = rest.length <= most;
    const taken = isAll ? rest : rest.subarray(0, most);
    const needed = this.#size + taken.length;
    if (needed > LARGEST_BODY_BYTES) throw new BrokenResponseError(`a body of more than ${LARGEST_BODY_BYTES} bytes`);
    if (this.#size === 0) this.#body = taken;
    else {
      if (needed > this.#body.length) this.#body = enlarged(this.#body, this.#size, needed);
      taken.copy(this.#body, this.#size);
    }
    this.#size = needed;
    this.#rest = isAll ? NOTHING : rest.subarray(taken.length);
    return taken.length;
  }
}

/** A copy with room for at least twice as much, so that a body in many pieces is copied a few times only. */
function enlarged(body: Buffer, size: number, needed: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(needed, 2 * size));
  body.copy(larger, 0, 0, size);
  return larger;
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, version, status] = STATUS_LINE.exec(first) ?? [];
  if (version === undefined) throw new BrokenResponseError('no status line of HTTP/1.1');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, given, padded = ''] = HEADER.exec(line) ?? [];
    if (given === undefined) throw new BrokenResponseError('a header that is none');
    const [name, value] = [given.toLowerCase(), padded.trim()];
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { version, status: Number(status), headers };
}

const LENGTH = /^\d{1,15}$/;

/** How the end of a body is found (RFC 9112, section 6.3). */
function bodyOf({ status, headers }: Head): Awaiting {
  const { 'transfer-encoding': encoding, 'content-length': length } = headers;
  if (status === 204 || status === 304) return { part: 'length', left: 0 };
  if (encoding !== undefined) {
    if (encoding.toLowerCase() === 'chunked') return { part: 'size' };
    throw new BrokenResponseError('a transfer encoding that is not chunked');
  }
  if (length === undefined) return { part: 'close' };
  // One that came twice is fine where both are the same.
  const [left = '', ...others] = LENGTH.test(length) ? [length] : listOf(length);
  if (!LENGTH.test(left) || others.some((other) => other !== left)) {
    throw new BrokenResponseError('a length of the body that is none');
  }
  return { part: 'length', left: Number(left) };
}

/** The members of a header's list. */
function listOf(value: string): readonly string[] {
  return value.split(',').map((member) => member.trim());
}

function sizeOf(line: string): number {
  const [, digits] = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
  if (digits === undefined) throw new BrokenResponseError('a size of a chunk that is none');
  return Number.parseInt(digits, 16);
}

function isKept(version: string, headers: Head['headers']): boolean {
  // Two lengths of one body may have been read differently on the way.
  if (headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined) return false;
  const said = headers.connection === undefined ? [] : listOf(headers.connection.toLowerCase());
  return version === '1' ? !said.includes('close') : said.includes('keep-alive');
}

function keepMsOf({ 'keep-alive': hint }: Head['headers']): number {
  if (hint === undefined) return Number.POSITIVE_INFINITY;
  const seconds = /(?:^|[,\s])timeout=(\d{1,9})/i.exec(hint)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Number(seconds) * 1_000 - KEPT_MARGIN_MS);
}

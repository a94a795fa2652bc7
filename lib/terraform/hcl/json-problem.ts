const TOKEN =
  /\s*("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:])/uy;

/** Where a text stops being JSON; the length of the text where it ends too early. */
export function jsonProblemAt(text: string): number {
  const reader = new JsonReader(text);
  reader.readValue();
  return reader.problemAt ?? reader.at;
}

class JsonReader {
  readonly #text: string;
  at = 0;
  problemAt: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads a value, up to the first problem; whether there was none. */
  readValue(token = this.#next()): boolean {
    if (token === '{') return this.#readList('}', (first) => this.#readMember(first));
    if (token === '[') return this.#readList(']', (first) => this.readValue(first));
    return /^["\-\dtfn]/.test(token) || this.#fail(token);
  }

  #readMember(key: string): boolean {
    if (!key.startsWith('"')) return this.#fail(key);
    const colon = this.#next();
    return colon === ':' ? this.readValue() : this.#fail(colon);
  }

  #readList(end: string, readItem: (first: string) => boolean): boolean {
    let token = this.#next();
    if (token === end) return true;
    for (;;) {
      if (!readItem(token)) return false;
      const mark = this.#next();
      if (mark === end) return true;
      if (mark !== ',') return this.#fail(mark);
      token = this.#next();
    }
  }

  #next(): string {
    TOKEN.lastIndex = this.at;
    const [whole = '', token = ''] = TOKEN.exec(this.#text) ?? [];
    this.at += whole.length;
    return token;
  }

  #fail(token: string): false {
    const blanks = token === '' ? (/^\s*/.exec(this.#text.slice(this.at))?.[0].length ?? 0) : -token.length;
    this.problemAt ??= this.at + blanks;
    return false;
  }
}

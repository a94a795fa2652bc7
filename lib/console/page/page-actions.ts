/** What a person may do on the page. */
export interface PageActions {
  skipToMain(event: Event): void;
  filter(event: Event): void;
  dismiss(): void;
  moreRows(): void;
  /** Copies a text to the clipboard. */
  copy(text: string): void;
  /** Shows the request of a call, or hides it again. */
  showCall(id: string): void;
  /** Does something by the API, and says what came of it. */
  run(action: string, body: object): void;
  /** The same with what a form holds. */
  submit(action: string): (event: Event) => void;
  keepAsTest(event: Event, invocationId: string): void;
  loadParameters(event: Event): void;
  forgetParameters(): void;
  provision(event: Event): void;
}

/** Makes the body of an action of what a form holds. Files come apart, since they are read by and by. */
export function bodyOf(data: Iterable<readonly [string, FormDataEntryValue]>): {
  readonly body: Readonly<Record<string, string>>;
  readonly files: readonly File[];
} {
  const body: Record<string, string> = {};
  const files: File[] = [];
  for (const [name, value] of data) {
    if (typeof value === 'string') body[name] = value;
    // A file input that nobody used holds one nameless file.
    else if (value.name !== '') files.push(value);
  }
  const [serverId, userName] = body.user?.split('/') ?? [];
  if (serverId !== undefined && userName !== undefined) Object.assign(body, { serverId, userName });
  return { body, files };
}

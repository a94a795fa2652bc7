/** One message of Terraform's `-json` output; see "Machine-Readable UI" in Terraform's documentation. */
export interface TerraformMessage {
  readonly type: string;
  readonly terraform?: string | undefined;
  readonly tofu?: string | undefined;
  readonly diagnostic?: Diagnostic | undefined;
  readonly hook: { readonly address: string | undefined; readonly action: string | undefined };
  readonly outputs?: Outputs | undefined;
}

/** The values of outputs, by name; those of sensitive ones may be missing. */
export type Outputs = Readonly<Record<string, { readonly value?: unknown; readonly sensitive?: boolean }>>;

/** What Terraform has to say about a configuration or a run. */
export interface Diagnostic {
  readonly severity?: string | undefined;
  readonly summary?: string | undefined;
  readonly detail?: string | undefined;
  readonly address?: string | undefined;
  readonly range?: { readonly filename?: string | undefined; readonly line?: number | undefined };
  /** The head of the block around it. */
  readonly context?: string | undefined;
}

/** Reads a line; undefined for one that is no message. What is of another kind than Terraform writes is left out. */
export function readMessage(line: string): TerraformMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  let message: Loose;
  try {
    message = object(JSON.parse(line));
  } catch {
    return undefined;
  }
  const { type, terraform, tofu, diagnostic, hook, outputs } = message;
  return {
    type: text(type) ?? '',
    terraform: text(terraform),
    tofu: text(tofu),
    diagnostic: isObject(diagnostic) ? readDiagnostic(diagnostic) : undefined,
    hook: { address: text(object(object(hook).resource).addr), action: text(object(hook).action) },
    outputs: readOutputs(outputs),
  };
}

/** Outputs as a message or `output -json` has them; undefined for what are none. */
export function readOutputs(value: unknown): Outputs | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, output]) => isObject(output))) as Outputs;
}

function readDiagnostic({ severity, summary, detail, address, range, snippet }: Loose): Diagnostic {
  const { filename, start } = object(range);
  const { line } = object(start);
  return {
    severity: text(severity),
    summary: text(summary),
    detail: text(detail),
    address: text(address),
    ...(isObject(range)
      ? { range: { filename: text(filename), line: typeof line === 'number' ? line : undefined } }
      : {}),
    context: text(object(snippet).context),
  };
}

type Loose = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): Loose {
  return isObject(value) ? value : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

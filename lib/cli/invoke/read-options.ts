import { get } from 'node:http';
import { describeError } from '../../core/failure.ts';
import { AwsError } from '../../local/kernel/aws-error.ts';
import { checkVariables } from '../../local/lambda/check-variables.ts';
import { UsageError } from '../usage-error.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The environment variables of the invoked function. Stack traces name the handler's own sources, unless the
 * variables say otherwise.
 *
 * @throws UsageError
 */
export function readVariables(texts: readonly string[]): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { NODE_OPTIONS: '--enable-source-maps' };
  for (const text of texts) {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`--env must look like NAME=value, but is "${text.split('=')[0]}"`);
    }
    if (name.startsWith('AWS_ENDPOINT_URL')) {
      throw new UsageError(`--env ${name} would lead the handler out of this machine; --endpoint names a local cloud`);
    }
    variables[name] = value;
  }
  try {
    return checkVariables(variables);
  } catch (error) {
    if (error instanceof AwsError) throw new UsageError(`--env: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The address of a local cloud. @throws UsageError when it is none, or not on this machine */
export function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) {
    throw new UsageError(`--endpoint must be the address of a local cloud, http://127.0.0.1:PORT, but is "${text}"`);
  }
  return url.origin;
}

/** How long a local cloud may take to answer, in milliseconds: it answers at once. */
const LONGEST_MS = 5000;

/** Sees whether a local cloud is there, since a handler would look for it until its timeout. @throws UsageError */
export async function requireCloud(endpoint: string): Promise<void> {
  try {
    const status = await statusOf(`${endpoint}/_ringback/health`);
    if (status !== 200) throw new Error(`what listens there answers ${status} to the question how it is`);
  } catch (error) {
    const reason = describeError(error);
    throw new UsageError(`--endpoint ${endpoint} is no running local cloud: ${reason}; start it with ringback local`, {
      cause: error,
    });
  }
}

/** Not by fetch, which a proxy of the environment may lead elsewhere. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(LONGEST_MS) }, (response) => {
      response.destroy();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
}

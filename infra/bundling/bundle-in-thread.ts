import { relative } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { BundleError, type BundleProblem } from './bundle-error.ts';
import type { BundleOptions } from './bundle-handler.ts';
import type { Bundle } from './bundled-files.ts';

/** What the bundling thread answers. */
export type BundleReply =
  | { readonly bundle: Bundle }
  | { readonly problems: readonly BundleProblem[] }
  | { readonly failure: string };

/** What the bundling thread is started with. */
export interface BundlerData {
  /** Brings options, and takes replies. */
  readonly port: MessagePort;
  /** Counts the replies; whoever waits for one is woken. */
  readonly replies: Int32Array<SharedArrayBuffer>;
}

/** The longest that one handler may take, in milliseconds: far more than any takes, and less than for ever. */
const LONGEST_MS = 300_000;

// The program stands beside this file, as TypeScript in the repository and as JavaScript in a published package.
const program = new URL(`bundle${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

let bundler: { readonly port: MessagePort; readonly replies: BundlerData['replies'] } | undefined;

/**
 * Bundles one handler in a thread of its own and waits for it: constructs are synchronous, while esbuild takes plugins
 * in asynchronous builds only. The thread stays for the next handler, and ends with the process.
 *
 * @throws BundleError as `bundleHandler` does.
 */
export function bundleInThread(options: BundleOptions): Bundle {
  bundler ??= startBundler();
  const { port, replies } = bundler;
  const before = Atomics.load(replies, 0);
  port.postMessage(JSON.stringify(options));
  if (Atomics.wait(replies, 0, before, LONGEST_MS) === 'timed-out') {
    bundler = undefined;
    const message = `it has not ended within ${LONGEST_MS / 1000} seconds; see what the bundling thread wrote`;
    throw new BundleError(relative(process.cwd(), options.entry), [{ message }]);
  }
  const reply = JSON.parse(receiveMessageOnPort(port)?.message) as BundleReply;
  if ('problems' in reply) throw new BundleError(relative(process.cwd(), options.entry), reply.problems);
  if ('failure' in reply) throw new Error(`while bundling ${options.entry}: ${reply.failure}`);
  return reply.bundle;
}

function startBundler(): NonNullable<typeof bundler> {
  const { port1: port, port2 } = new MessageChannel();
  const replies = new Int32Array(new SharedArrayBuffer(4));
  const workerData: BundlerData = { port: port2, replies };
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  const thread = new Worker(program, { workerData, transferList: [port2], execArgv });
  thread.unref();
  port.unref();
  return { port, replies };
}

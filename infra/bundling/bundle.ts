import { workerData } from 'node:worker_threads';
import { BundleError } from './bundle-error.ts';
import type { BundleOptions } from './bundle-handler.ts';
import type { BundleReply, BundlerData } from './bundle-in-thread.ts';

/* The program of the bundling thread: bundles one handler after another, and says what came of it. */

const { port, replies } = workerData as BundlerData;

async function bundle(options: BundleOptions): Promise<BundleReply> {
  try {
    // Loaded where a failure to load is caught, too: whoever waits for a reply sees no event of this thread.
    const { bundleHandler } = await import('./bundle-handler.ts');
    return { bundle: await bundleHandler(options) };
  } catch (error) {
    if (error instanceof BundleError) return { problems: error.problems };
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

port.on('message', async (options: string) => {
  port.postMessage(JSON.stringify(await bundle(JSON.parse(options))));
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
});

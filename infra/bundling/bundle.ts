import { BundleError } from './bundle-error.ts';
import { type BundleOptions, bundleHandler } from './bundle-handler.ts';
import type { BundleReply } from './bundle-in-process.ts';

/** The program that bundles one handler: options as JSON in the first argument, the reply as JSON on stdout. */
async function main(argument: string): Promise<BundleReply> {
  try {
    return { bundle: await bundleHandler(JSON.parse(argument) as BundleOptions) };
  } catch (error) {
    if (error instanceof BundleError) return { problems: error.problems };
    throw error;
  }
}

process.stdout.write(JSON.stringify(await main(process.argv[2] ?? '{}')));

import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Annotations, AssetHashType, type BundlingOptions, BundlingOutput, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BundleError } from './bundle-error.ts';
import type { BundleOptions } from './bundle-handler.ts';
import { bundleInThread } from './bundle-in-thread.ts';

/**
 * The code of a function: the bundle of one handler, as an asset that is named after its bytes.
 *
 * Within one synthesis equal options share one bundle, and stacks that are not asked for are not bundled: the CDK's
 * own asset staging sees to both.
 *
 * @param scope - receives what esbuild warns of
 * @throws BundleError when the entry does not exist. What fails later, fails the synthesis with the same text.
 */
export function handlerCode(scope: Construct, options: Omit<BundleOptions, 'outdir'>): Code {
  const entry = resolve(options.entry);
  if (!isFile(entry)) {
    const what = existsSync(entry) ? 'this is not a file' : 'there is no such file';
    const message = `${what}; give the path of the handler, from the working directory or absolute`;
    throw new BundleError(relative(process.cwd(), entry), [{ message }]);
  }
  // The staging's cache compares what JSON shows of this object, so the options stand in it.
  const bundling: BundlingOptions & { options: object } = {
    options,
    image: DockerImage.fromRegistry('none'),
    outputType: BundlingOutput.NOT_ARCHIVED,
    local: {
      tryBundle(outdir) {
        const { warnings } = bundleInThread({ ...options, entry, outdir });
        for (const { message } of warnings) {
          Annotations.of(scope).addWarningV2('ringback:bundle', `while bundling ${options.entry}: ${message}`);
        }
        return true;
      },
    },
  };
  return Code.fromAsset(dirname(entry), { assetHashType: AssetHashType.OUTPUT, bundling });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

import type { LocalCloud } from '../../local/cloud.ts';
import { parseStub } from '../../local/codepipeline/stubs/parse-stub.ts';
import { type Stub, StubSpecError } from '../../local/codepipeline/stubs/stub.ts';
import { UsageError } from '../usage-error.ts';

/** Reads the values of `--stub`. @throws UsageError */
export function readStubs(texts: readonly string[]): readonly Stub[] {
  return asUsageError(() => texts.map(parseStub));
}

/** Adds the stubs of a set of scenarios and those of the command, which win. @throws UsageError */
export function addStubs({ codepipeline }: LocalCloud, stubs: readonly (Stub | string)[]): void {
  asUsageError(() => stubs.forEach((stub) => void codepipeline.stubs.add(stub)));
}

function asUsageError<Given>(read: () => Given): Given {
  try {
    return read();
  } catch (error) {
    if (error instanceof StubSpecError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Refuses a stub that fits no action: the one that it was meant for would fail for no visible reason.
 *
 * @throws UsageError naming the actions that there are
 */
export function refuseUnmatched({ codepipeline }: LocalCloud, given: readonly string[]): void {
  const [selector] = codepipeline.stubs.unmatched().filter((action) => given.some((text) => text.startsWith(action)));
  if (selector === undefined) return;
  const actions = codepipeline.stubs.targets().map(({ stage, action }) => `${stage}/${action}`);
  throw new UsageError(`--stub ${selector} fits no action; there are ${[...new Set(actions)].join(', ') || 'none'}`);
}

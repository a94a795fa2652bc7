import { BaseSequencer, type TestSequencerConstructor, type TestSpecification } from 'vitest/node';

/** The order of test files that begins with the longest, which are named so, so that none of them runs alone at the end. */
export function longestFirst(longest: readonly string[]): TestSequencerConstructor {
  return class LongestFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const rank = ({ moduleId }: TestSpecification) => {
        const found = longest.findIndex((file) => moduleId.endsWith(`${file}.test.ts`));
        return found < 0 ? longest.length : found;
      };
      return [...files].sort((one, other) => rank(one) - rank(other));
    }
  };
}

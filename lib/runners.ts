import { codeBuildRunner } from './codebuild/codebuild-runner.ts';
import type { Runner } from './core/runner.ts';

/** The one list of all runners: whose ends the last resort takes for answers. */
export const runners: readonly Runner[] = [codeBuildRunner];

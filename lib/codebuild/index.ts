/** Work that outlives a function, answered from a build of CodeBuild. */

export type { BuildOptions, ValueReference } from './build-options.ts';
export { type BuildableTask, startBuild } from './start-build.ts';

/** The wire of CodePipeline: JSON 1.1. */
export const codePipelineApi = {
  service: 'codepipeline',
  targetPrefix: 'CodePipeline_20150709',
  jsonVersion: '1.1',
} as const;

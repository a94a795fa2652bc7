import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitPullRequest, GitPush } from '../../../../lib/local/codepipeline/triggers/git-event.ts';
import { gitGlob } from '../../../../lib/local/codepipeline/triggers/git-glob.ts';
import { approval, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const CONNECTION = {
  Name: 'GitHub',
  ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeStarSourceConnection', Version: '1' },
  Configuration: { ConnectionArn: 'arn:connection', FullRepositoryId: 'tides/web', BranchName: 'main' },
  OutputArtifacts: [{ Name: 'SourceArtifact' }],
  Namespace: 'git',
};

function withTriggers(triggers: readonly object[] | undefined, configuration: object = {}): object {
  const source = { ...CONNECTION, Configuration: { ...CONNECTION.Configuration, ...configuration } };
  return pipeline([], {
    PipelineType: 'V2',
    Stages: [
      { Name: 'Source', Actions: [source] },
      { Name: 'Gate', Actions: [approval({ Configuration: { CustomData: '#{git.BranchName} #{git.CommitId}' } })] },
    ],
    ...(triggers === undefined ? {} : { Triggers: triggers }),
  });
}
const trigger = (git: object) => ({
  ProviderType: 'CodeStarSourceConnection',
  GitConfiguration: { SourceActionName: 'GitHub', ...git },
});

describe('a push or a pull request', () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = createTestCloud();
    cloud.service.stubs.add('GitHub=succeed');
  });
  afterEach(() => cloud.stop());

  const push = (filter: object) => [trigger({ Push: [filter] })];
  const pull = (filter: object) => [trigger({ PullRequest: [filter] })];
  const open = { event: 'OPEN', branch: 'main', sourceBranch: 'feature/x' } as const;

  it.each<[string, readonly object[] | undefined, GitPush | GitPullRequest, number]>([
    ['to the branch of a source without triggers', undefined, { branch: 'main' }, 1],
    ['to another branch', undefined, { branch: 'dev' }, 0],
    ['to another repository', undefined, { branch: 'main', repository: 'tides/api' }, 0],
    ['that no filter restricts', [trigger({})], { branch: 'main' }, 1],
    ['to a branch that is included', push({ Branches: { Includes: ['release/*'] } }), { branch: 'release/1' }, 1],
    ['deeper than one asterisk', push({ Branches: { Includes: ['release/*'] } }), { branch: 'release/1/2' }, 0],
    ['that is excluded, too', push({ Branches: { Includes: ['**'], Excludes: ['dev'] } }), { branch: 'dev' }, 0],
    ['of a tag', push({ Tags: { Includes: ['v*'] } }), { tag: 'v1' }, 1],
    ['of a branch where tags are asked for', push({ Tags: { Includes: ['v*'] } }), { branch: 'v1' }, 0],
    ['of a tag where branches are asked for', push({ Branches: { Includes: ['*'] } }), { tag: 'v1' }, 0],
    [
      'of a file that is included',
      push({ FilePaths: { Includes: ['src/**'] } }),
      { branch: 'main', filePaths: ['src/a/b'] },
      1,
    ],
    ['of other files', push({ FilePaths: { Includes: ['src/**'] } }), { branch: 'main', filePaths: ['README.md'] }, 0],
    ['where pull requests are asked for', pull({ Branches: { Includes: ['main'] } }), { branch: 'main' }, 0],
    ['that opens a request', pull({ Events: ['OPEN'], Branches: { Includes: ['main'] } }), open, 1],
    ['that closes one', pull({ Events: ['OPEN'] }), { ...open, event: 'CLOSED' as const }, 0],
    ['into another branch', pull({ Branches: { Includes: ['prod'] } }), open, 0],
    ['as a request where pushes are asked for', push({ Branches: { Includes: ['main'] } }), open, 0],
  ])('%s starts as many pipelines as in AWS', async (_name, triggers, event, count) => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', withTriggers(triggers));
    const started = 'event' in event ? cloud.service.pullRequest(event) : cloud.service.push(event);
    expect(started).toHaveLength(count);
  });

  it('does not start a source that detects no changes', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', withTriggers(undefined, { DetectChanges: false }));
    expect(cloud.service.push({ branch: 'main' })).toEqual([]);
  });

  it('tells the source its branch and commit', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', withTriggers(pull({ Branches: { Includes: ['main'] } })));
    const [started] = cloud.service.pullRequest({ ...open, commitId: 'c0ffee' });
    await cloud.reached('pipe/Gate/Approve', 'STARTED');
    const { actionExecutionDetails } = await cloud.call('ListActionExecutions', { pipelineName: 'pipe' });
    expect(actionExecutionDetails[0].input.resolvedConfiguration.CustomData).toBe('feature/x c0ffee');
    const { pipelineExecution } = await cloud.call('GetPipelineExecution', {
      pipelineName: 'pipe',
      pipelineExecutionId: started?.pipelineExecutionId,
    });
    expect(pipelineExecution).toMatchObject({
      trigger: { triggerType: 'WebhookV2' },
      artifactRevisions: [{ revisionId: 'c0ffee' }],
    });
  });

  it('shows the triggers in GetPipeline', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', withTriggers(pull({ Events: ['OPEN'] })));
    expect((await cloud.call('GetPipeline', { name: 'pipe' })).pipeline.triggers).toEqual([
      {
        providerType: 'CodeStarSourceConnection',
        gitConfiguration: { sourceActionName: 'GitHub', pullRequest: [{ events: ['OPEN'] }] },
      },
    ]);
  });

  it('is refused a trigger that names no source', async () => {
    const triggers = [{ ...trigger({}), GitConfiguration: { SourceActionName: 'Approve' } }];
    await expect(cloud.deploy('AWS::CodePipeline::Pipeline', withTriggers(triggers))).rejects.toThrow('Approve');
  });
});

describe('a glob pattern', () => {
  it.each([
    ['*.md', 'README.md', true],
    ['*.md', 'docs/a.md', false],
    ['**/*.md', 'a.md', true],
    ['**/*.md', 'docs/deep/a.md', true],
    ['src/**', 'src/a/b.ts', true],
    ['v?', 'v1', true],
    ['v?', 'v10', false],
    ['{main,dev}', 'dev', true],
    ['v[0-9]', 'v7', true],
    ['v[!0-9]', 'v7', false],
    ['a.b', 'axb', false],
    ['a(b)+', 'a(b)+', true],
    ['v?', 'v😀', true],
    ['v[z-a]', 'vb', false],
    ['{main', 'main', true],
  ])('%s fits %s: %s', (pattern, name, fits) => {
    expect(gitGlob(pattern).test(name)).toBe(fits);
  });
});

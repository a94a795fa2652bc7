import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { checkStub } from '../../../../lib/local/codepipeline/stubs/check-stub.ts';
import { parseStub } from '../../../../lib/local/codepipeline/stubs/parse-stub.ts';
import type { Stub } from '../../../../lib/local/codepipeline/stubs/stub.ts';
import { approval, custom, customType, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const type = (Category: string, Provider: string, Owner = 'AWS') => ({ Category, Owner, Provider, Version: '1' });
const SOURCE = {
  Name: 'GitHub',
  ActionTypeId: type('Source', 'CodeStarSourceConnection'),
  Configuration: { ConnectionArn: 'arn:connection', FullRepositoryId: 'tides/web', BranchName: 'main' },
  OutputArtifacts: [{ Name: 'Source' }],
  Namespace: 'git',
};
const COMPILE = {
  Name: 'Compile',
  ActionTypeId: type('Build', 'CodeBuild'),
  Configuration: { ProjectName: 'web', EnvironmentVariables: '[{"name":"MODE","value":"fast"}]' },
  InputArtifacts: [{ Name: 'Source' }],
  OutputArtifacts: [{ Name: 'Built' }],
  Namespace: 'build',
};
const DEPLOY = {
  Name: 'Rollout',
  ActionTypeId: type('Deploy', 'CloudFormation'),
  Configuration: { ActionMode: 'CREATE_UPDATE', StackName: 'web', TemplatePath: 'Built::template.json' },
  InputArtifacts: [{ Name: 'Built' }],
};

function release(overrides: { compile?: object; deploy?: object } = {}): object {
  return pipeline([], {
    Stages: [
      { Name: 'Source', Actions: [SOURCE] },
      { Name: 'Build', Actions: [{ ...COMPILE, ...overrides.compile }] },
      { Name: 'Deploy', Actions: [{ ...DEPLOY, ...overrides.deploy }] },
    ],
  });
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'stub-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe('a stub', () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  async function play(...stubs: Parameters<TestCloud['service']['stubs']['add']>[0][]) {
    for (const stub of stubs) cloud.service.stubs.add(stub);
    return cloud.service.waitForExecution('pipe', await cloud.start());
  }
  /** The names of the entries of an artifact, as it lies in the store. */
  async function entries(artifact: string): Promise<string[]> {
    const key = [...cloud.objects.all.keys()].findLast((entry) => entry.startsWith(`artifacts/pipe/${artifact}/`));
    const zip = await fromBufferPromise(readFileSync(cloud.objects.all.get(key ?? '')?.file ?? ''));
    const names: string[] = [];
    for await (const { fileName } of zip.eachEntry()) names.push(fileName);
    return names;
  }

  it('of one line each lets a pipeline of connection, build and deployment run to its end', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { status } = await play('GitHub=succeed', 'CodeBuild=succeed', 'CloudFormation=succeed');
    expect(status).toBe('Succeeded');
    expect(cloud.seen('stub').map(({ stage, action, type: of, outcome }) => [stage, action, of, outcome])).toEqual([
      ['Source', 'GitHub', 'AWS/Source/CodeStarSourceConnection', 'succeed'],
      ['Build', 'Compile', 'AWS/Build/CodeBuild', 'succeed'],
      ['Deploy', 'Rollout', 'AWS/Deploy/CloudFormation', 'succeed'],
    ]);
  });

  it('that is missing stops its action with the option to type', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { status, actions } = await play('GitHub=succeed');
    expect(status).toBe('Failed');
    const advice = /--stub '([^']+)'/.exec(actions[1]?.errorDetails?.message ?? '')?.[1] ?? '';
    expect(advice).toBe('Build/Compile=succeed');
    expect(cloud.seen('unsimulated')).toEqual([
      { kind: 'action', name: 'AWS/Build/CodeBuild', where: 'pipe/Build/Compile' },
    ]);
    const { actions: again } = await play(advice);
    expect(again[1]?.status).toBe('Succeeded');
  });

  it('that is missing is told of once the pipelines are there, and not where one stands', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    cloud.service.stubs.add('GitHub=succeed');
    await cloud.service.start?.();
    expect(cloud.seen('notice')).toEqual([
      {
        message:
          'not simulated, and without a stub: pipe/Build/Compile (AWS/Build/CodeBuild), ' +
          "pipe/Deploy/Rollout (AWS/Deploy/CloudFormation); say what becomes of each, such as --stub 'Build/Compile=succeed'",
      },
    ]);
  });

  it('stands for a third-party source whose type nobody has registered', async () => {
    const source = { ...SOURCE, ActionTypeId: type('Source', 'GitHub', 'ThirdParty'), Configuration: { Repo: 'web' } };
    await cloud.deploy(
      'AWS::CodePipeline::Pipeline',
      pipeline([[approval()]], {
        Stages: [
          { Name: 'Source', Actions: [source] },
          { Name: 'Gate', Actions: [approval()] },
        ],
      }),
    );
    const id = await cloud.start();
    const { actions } = await cloud.service.waitForExecution('pipe', id);
    expect(actions[0]?.errorDetails?.message).toContain("--stub 'Source/GitHub=succeed'");
    cloud.service.stubs.add('ThirdParty/Source/GitHub=succeed');
    await cloud.start();
    await cloud.reached('pipe/Gate/Approve', 'STARTED');
  });

  it.each([
    'Compile',
    'Build/Compile',
    'pipe/Build/Compile',
    'p*/B*/*',
    'CodeBuild',
    'Build/CodeBuild',
    'AWS/Build/CodeBuild',
    'Build/AWS/CodeBuild',
  ])('selects by %s', async (selector) => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { actions } = await play('GitHub=succeed', `${selector}=fail:as told`);
    expect(actions.at(-1)).toMatchObject({
      actionName: 'Compile',
      errorDetails: { code: 'JobFailed', message: 'as told' },
    });
  });

  it.each(['compile', 'Deploy/Compile', 'other/Build/Compile', 'Build'])('does not select by %s', async (selector) => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { actions } = await play('GitHub=succeed', `${selector}=succeed`);
    expect(actions.at(-1)).toMatchObject({ actionName: 'Compile', status: 'Failed' });
    expect(cloud.service.stubs.unmatched()).toEqual([selector]);
    await cloud.service.start?.();
    expect(cloud.seen('notice').map(({ message }) => message)).toContain(
      `no action fits the stub of ${selector}; there are Source/GitHub, Build/Compile, Deploy/Rollout`,
    );
  });

  it('added last wins, and can be taken back', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    for (const stub of ['GitHub=succeed', 'Compile=succeed', 'Rollout=succeed']) cloud.service.stubs.add(stub);
    const takeBack = cloud.service.stubs.add('Compile=fail:last');
    expect((await play()).status).toBe('Failed');
    takeBack();
    expect((await play()).status).toBe('Succeeded');
  });

  it('stands for a simulated action as well', async () => {
    await cloud.deploy('AWS::CodePipeline::CustomActionType', customType());
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[custom()], [approval()]]));
    cloud.objects.upload('app.zip', 'the application');
    expect((await play('Kiln=succeed', 'Approve=succeed')).status).toBe('Succeeded');
  });

  it('gives output variables to later actions, commas and all', async () => {
    const deploy = { Configuration: { ParameterOverrides: '#{build.Version} #{build.Notes} #{git.CommitId}' } };
    await cloud.deploy('AWS::CodePipeline::Pipeline', release({ deploy }));
    await play(
      'GitHub=succeed:CommitId=c0ffee',
      'Compile=succeed:Version=1.2,Notes=red, green=blue',
      'Rollout=succeed',
    );
    const { actionExecutionDetails } = await cloud.call('ListActionExecutions', { pipelineName: 'pipe' });
    const { ParameterOverrides } = actionExecutionDetails[0].input.resolvedConfiguration;
    expect(ParameterOverrides).toBe('1.2 red, green=blue c0ffee');
  });

  it('of a source gives what its provider would', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { actions } = await play('GitHub=succeed');
    expect(actions[0]?.outputVariables).toMatchObject({
      BranchName: 'main',
      FullRepositoryName: 'tides/web',
      ConnectionArn: 'arn:connection',
      CommitId: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it('takes the commit that StartPipelineExecution asks for', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    cloud.service.stubs.add('GitHub=succeed');
    const sourceRevisions = [{ actionName: 'GitHub', revisionType: 'COMMIT_ID', revisionValue: 'abc123' }];
    const result = await cloud.service.waitForExecution('pipe', await cloud.start('pipe', { sourceRevisions }));
    expect(result.actions[0]?.outputVariables.CommitId).toBe('abc123');
  });

  it('that lacks a variable is told how to give it', async () => {
    const deploy = { Configuration: { ParameterOverrides: '#{build.Version}' } };
    await cloud.deploy('AWS::CodePipeline::Pipeline', release({ deploy }));
    const { actions } = await play('GitHub=succeed', 'Compile=succeed', 'Rollout=succeed');
    expect(actions.at(-1)?.errorDetails?.message).toContain("--stub 'Build/Compile=succeed:Version=VALUE'");
  });

  it('makes the artifact of a folder, without its .git, and hands it on', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const folder = folderOf({ 'index.html': 'tides', 'css/site.css': 'blue', '.git/HEAD': 'main' });
    await play(`GitHub=folder:${folder},CommitId=c0ffee`, 'Compile=succeed', 'Rollout=succeed');
    expect(await entries('Source')).toEqual(['css/site.css', 'index.html']);
    expect(await entries('Built')).toEqual(['css/site.css', 'index.html']);
  });

  it('runs a command in the folder of the input artifact, whose files become the output', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const folder = folderOf({ 'version.txt': '7' });
    const command = 'cp version.txt built-$MODE.txt; echo Version=$(cat version.txt) >> $RINGBACK_OUTPUT_VARIABLES';
    const { status, actions } = await play(`GitHub=folder:${folder}`, `Compile=run:${command}`, 'Rollout=succeed');
    expect(status).toBe('Succeeded');
    expect(actions[1]?.outputVariables).toEqual({ Version: '7' });
    expect(await entries('Built')).toEqual(['built-fast.txt', 'version.txt']);
  });

  it('fails when its command does, and quotes the end of what it said', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { actions } = await play('GitHub=succeed', { action: 'Compile', run: 'echo it does not compile; exit 3' });
    expect(actions[1]?.errorDetails?.message).toBe(
      'the command "echo it does not compile; exit 3" ended with 3: it does not compile',
    );
  });

  it('lets no command reach an account in AWS', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    const { actions } = await play('GitHub=succeed', {
      action: 'Compile',
      run: 'env | grep ^AWS_ | sed s/=.*local.*/=local/ | sort | head -9; exit 1',
    });
    const { message = '' } = actions[1]?.errorDetails ?? {};
    expect(message).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:4566');
    expect(message).not.toMatch(/AWS_PROFILE|AWS_SESSION_TOKEN/);
  });

  it('kills its command when the execution is abandoned', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', release());
    for (const stub of ['GitHub=succeed', 'Compile=run:echo begun; sleep 600']) cloud.service.stubs.add(stub);
    const id = await cloud.start();
    await new Promise<void>((resolve) => {
      cloud.kernel.events.on('log', ({ line }) => line === 'begun' && resolve());
    });
    await cloud.call('StopPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId: id, abandon: true });
    expect((await cloud.service.waitForExecution('pipe', id)).status).toBe('Stopped');
  });
});

describe('the text of a stub', () => {
  it.each([
    ['Build', 'has no "="'],
    ['Build=', '"" is none of succeed, folder, fail and run'],
    ['Build=explode', '"explode" is none of succeed, folder, fail and run'],
    ['=succeed', '"" is none of these'],
    ['a/b/c/d=succeed', '"a/b/c/d" is none of these'],
    ['a b=succeed', '"a b" is none of these'],
    ['Build=succeed:Version', '"Version" is not KEY=VALUE'],
    ['Build=folder:', 'it names no folder'],
    ['Build=folder:/no/such/folder', 'there is no such folder'],
    ['Build=run:', 'it names no command'],
  ])('"%s" is refused in one line', (text, message) => {
    expect(() => parseStub(text)).toThrow(message);
    expect(() => parseStub(text)).toThrow(
      expect.objectContaining({ name: 'StubSpecError', message: expect.not.stringContaining('\n') }),
    );
  });
});

describe('a stub given as an object', () => {
  it.each<[given: unknown, message: string]>([
    [undefined, 'a stub must be text or an object, but is undefined'],
    [['Compile=succeed'], 'a stub must be text or an object'],
    [{ run: 'true' }, 'but undefined is none of these'],
    [{ action: ['Compile'], run: 'true' }, 'but ["Compile"] is none of these'],
    [{ action: 'Compile' }, 'must have one of succeed, fail and run, but has none'],
    [{ action: 'Compile', succed: {} }, 'must have one of succeed, fail and run, but has succed'],
    [{ action: 'Compile', run: 'true', fail: 'x' }, 'but has run, fail'],
    [{ action: 'Compile', fail: undefined }, 'but has none'],
    [{ action: 'Compile', fail: 5 }, 'fail must be the reason, as text'],
    [{ action: 'Compile', run: ' ' }, 'run must be a command, as text'],
    [{ action: 'Compile', succeed: true }, 'succeed must be an object, but is true'],
    [{ action: 'Compile', succeed: { Version: '1' } }, 'succeed has "Version"; it takes variables and folder'],
    [{ action: 'Compile', succeed: { folder: 5 } }, 'takes a folder as text, but has 5'],
    [
      { action: 'Compile', succeed: { variables: { Version: 1 } } },
      'has 1 for the variable Version, which must be text',
    ],
    [{ action: 'Compile', succeed: { variables: { 'a b': '1' } } }, 'has the variable "a b"'],
  ])('%j is refused in one line', (given, message) => {
    expect(() => checkStub(given as Stub)).toThrow(message);
    expect(() => checkStub(given as Stub)).toThrow(
      expect.objectContaining({ name: 'StubSpecError', message: expect.not.stringContaining('\n') }),
    );
  });
});

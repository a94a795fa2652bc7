import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../../../lib/local/cloud.ts';
import { runScenarios } from '../../../../lib/local/scenarios/run-scenarios.ts';
import type { Scenario, Stage } from '../../../../lib/local/scenarios/scenario.ts';
import type { Deployment } from '../../../../lib/local/template/deployment.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';

const type = (Category: string, Provider: string) => ({ Category, Owner: 'AWS', Provider, Version: '1' });
const TEMPLATE = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'release',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Artifacts: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'artifacts' } },
    Release: {
      Type: 'AWS::CodePipeline::Pipeline',
      Properties: {
        Name: 'release',
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        ArtifactStore: { Type: 'S3', Location: { Ref: 'Artifacts' } },
        Stages: [
          {
            Name: 'Source',
            Actions: [
              {
                Name: 'GitHub',
                ActionTypeId: type('Source', 'CodeStarSourceConnection'),
                Configuration: { FullRepositoryId: 'tides/web', BranchName: 'main' },
                OutputArtifacts: [{ Name: 'Source' }],
              },
            ],
          },
          {
            Name: 'Build',
            Actions: [
              {
                Name: 'Compile',
                ActionTypeId: type('Build', 'CodeBuild'),
                InputArtifacts: [{ Name: 'Source' }],
                OutputArtifacts: [{ Name: 'Built' }],
              },
            ],
          },
          {
            Name: 'Deploy',
            Actions: [
              {
                Name: 'Rollout',
                ActionTypeId: type('Deploy', 'CloudFormation'),
                InputArtifacts: [{ Name: 'Built' }],
              },
            ],
          },
        ],
      },
    },
  },
};

describe('a scenario of a pipeline with actions of other providers', () => {
  let cloud: LocalCloud;
  let deployment: Deployment;
  beforeEach(async () => {
    cloud = await createLocalCloud();
    deployment = await cloud.deploy({ assembly: assemblyFolder({ Main: TEMPLATE }) });
  });
  afterEach(() => cloud.stop());

  const scenario = (stubs: Scenario['stubs'], run: (stage: Stage) => Promise<unknown>): Scenario => ({
    name: 'release',
    service: 'codepipeline',
    title: 'a push is released',
    ...(stubs === undefined ? {} : { stubs }),
    run: async (stage) => {
      await run(stage);
      return { expected: 0 };
    },
  });
  async function release({ cloud: { codepipeline } }: Stage): Promise<void> {
    const [started] = codepipeline.push({ branch: 'main' });
    const { status, actions } = await codepipeline.waitForExecution('release', started?.pipelineExecutionId ?? '');
    if (status !== 'Succeeded') throw new Error(actions.at(-1)?.errorDetails?.message ?? status);
  }
  const play = (scenarios: readonly Scenario[], strict = false) =>
    runScenarios(scenarios, cloud, deployment, {
      listener: { began: () => undefined, ended: () => undefined },
      signal: new AbortController().signal,
      strict,
    });

  it('runs to its end with one line each, and says what was stubbed', async () => {
    const [result] = await play(
      [scenario(['CodeStarSourceConnection=succeed', 'CodeBuild=succeed', 'CloudFormation=succeed'], release)],
      true,
    );
    expect(result).toMatchObject({
      status: 'passed',
      stubbed: [
        'release/Source/GitHub (AWS/Source/CodeStarSourceConnection): succeed',
        'release/Build/Compile (AWS/Build/CodeBuild): succeed',
        'release/Deploy/Rollout (AWS/Deploy/CloudFormation): succeed',
      ],
    });
  });

  it('takes its stubs back at the end', async () => {
    const results = await play([
      scenario(['GitHub=succeed', 'Compile=fail:first'], release),
      scenario(undefined, release),
    ]);
    expect(results.map(({ problem }) => problem)).toEqual([
      'first',
      expect.stringContaining("--stub 'Source/GitHub=succeed'"),
    ]);
  });

  it.each<[string, () => unknown, string]>([
    ['throws a text', () => Promise.reject('no gate'), "run threw 'no gate'"],
    ['throws nothing', () => Promise.reject(), 'run threw undefined'],
    ['throws an error without a message', () => Promise.reject(new TypeError()), 'TypeError'],
    ['gives nothing', () => Promise.resolve(), 'run must give { expected: how many callbacks are answered } or'],
    ['gives no number', () => Promise.resolve({ expected: '1' }), 'run must give { expected: how many'],
  ])('fails, and says why, where its run %s', async (_what, run, problem) => {
    const [result] = await play([{ ...scenario(undefined, release), run: run as Scenario['run'] }]);
    expect(result).toMatchObject({ status: 'failed', problem: expect.stringContaining(problem) });
  });

  it('fails in one line by a stub that cannot be read', async () => {
    const [result] = await play([scenario(['GitHub=explode'], release)]);
    expect(result?.problem).toContain('"explode" is none of succeed, folder, fail and run');
  });

  it.each<[string, (stage: Stage) => Promise<unknown>, string]>([
    [
      'an action',
      (stage) => release(stage).catch(() => undefined),
      'action AWS/Source/CodeStarSourceConnection (release/Source/GitHub)',
    ],
    ['an operation', callTheUnsimulated, 'operation codepipeline CreateQuantumPipeline'],
  ])('fails in strict mode by %s that is not simulated, with its name', async (_name, run, named) => {
    const [lenient] = await play([scenario(undefined, run)]);
    expect(lenient?.status).toBe('passed');
    const [strict] = await play([scenario(undefined, run)], true);
    expect(strict).toMatchObject({ status: 'failed', problem: expect.stringContaining(named) });
  });
});

/** Calls an operation that the service has not. */
async function callTheUnsimulated({ client: { endpoint, credentials } }: Stage): Promise<void> {
  await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CodePipeline_20150709.CreateQuantumPipeline',
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/us-east-1/codepipeline/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: '{}',
  });
}

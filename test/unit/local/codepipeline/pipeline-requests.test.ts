import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/cloud.ts';
import { folder } from '../template/assembly-folder.ts';
import { signedFor } from '../wire/open-wire.ts';

const ROLE = 'arn:aws:iam::123456789012:role/pipeline';
const ARN = 'arn:aws:codepipeline:us-east-1:123456789012:shop';
const action = (name: string, type: object, more: object = {}) => ({
  name,
  actionTypeId: { owner: 'AWS', version: '1', ...type },
  ...more,
});
const APPROVAL = action('Approve', { category: 'Approval', provider: 'Manual' });
const SOURCE = action(
  'Source',
  { category: 'Source', provider: 'S3' },
  {
    configuration: { S3Bucket: 'artifacts', S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
    outputArtifacts: [{ name: 'src' }],
  },
);
const pipeline = (more: object = {}) => ({
  name: 'shop',
  roleArn: ROLE,
  artifactStore: { type: 'S3', location: 'artifacts' },
  pipelineType: 'V2',
  stages: [
    { name: 'Source', actions: [SOURCE] },
    { name: 'Gate', actions: [APPROVAL] },
  ],
  ...more,
});

/** A local cloud with a role for pipelines, and a bucket with a source. */
async function start(trusts = 'codepipeline.amazonaws.com') {
  const cloud = await createLocalCloud({ speed: 100 });
  onTestFinished(() => cloud.stop());
  const statement = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  const iam = (parameters: Readonly<Record<string, string>>) =>
    fetch(cloud.endpoint, {
      method: 'POST',
      headers: { authorization: signedFor('iam') },
      body: new URLSearchParams({ RoleName: 'pipeline', ...parameters }),
    });
  const AssumeRolePolicyDocument = statement({ Principal: { Service: trusts }, Action: 'sts:AssumeRole' });
  await iam({ Action: 'CreateRole', AssumeRolePolicyDocument });
  const PolicyDocument = statement({ Action: 's3:*', Resource: '*' });
  await iam({ Action: 'PutRolePolicy', PolicyName: 's3', PolicyDocument });
  const put = (path: string, body = '') =>
    fetch(`${cloud.endpoint}${path}`, { method: 'PUT', headers: { authorization: signedFor('s3') }, body });
  await put('/artifacts');
  await put('/artifacts?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
  await put('/artifacts/source.zip', 'any bytes');
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an output of its own
  async function ask(operation: string, input: object): Promise<any> {
    const response = await fetch(cloud.endpoint, {
      method: 'POST',
      headers: { authorization: signedFor('codepipeline'), 'x-amz-target': `CodePipeline_20150709.${operation}` },
      body: JSON.stringify(input),
    });
    return JSON.parse((await response.text()) || 'null');
  }
  return { cloud, ask };
}

describe('a pipeline that a request makes', () => {
  it('is given back as it was declared, with its version, and runs at once', async () => {
    const { cloud, ask } = await start();
    const tags = [{ key: 'team', value: 'blue' }];
    expect(await ask('CreatePipeline', { pipeline: pipeline(), tags })).toEqual({
      pipeline: { ...pipeline(), version: 1 },
      tags,
    });
    const { pipeline: read, metadata } = await ask('GetPipeline', { name: 'shop' });
    expect(read).toEqual({ ...pipeline(), version: 1 });
    expect(metadata).toMatchObject({ pipelineArn: ARN });
    expect(cloud.codepipeline.executionIds('shop')).toHaveLength(1);
    const { pipelineExecutionSummaries } = await ask('ListPipelineExecutions', { pipelineName: 'shop' });
    expect(pipelineExecutionSummaries).toMatchObject([{ trigger: { triggerType: 'CreatePipeline' } }]);
  });

  it('has another version after an update; what was under way ends as it began', async () => {
    const { cloud, ask } = await start();
    await ask('CreatePipeline', { pipeline: pipeline() });
    await ask('DisableStageTransition', {
      pipelineName: 'shop',
      stageName: 'Gate',
      transitionType: 'Inbound',
      reason: 'r',
    });
    const [first = ''] = cloud.codepipeline.executionIds('shop');
    const stages = [
      { name: 'Source', actions: [SOURCE] },
      { name: 'Gate', actions: [APPROVAL] },
      { name: 'Last', actions: [{ ...APPROVAL, name: 'Again' }] },
    ];
    expect(await ask('UpdatePipeline', { pipeline: pipeline({ stages, version: 1 }) })).toMatchObject({
      pipeline: { version: 2, stages: [{ name: 'Source' }, { name: 'Gate' }, { name: 'Last' }] },
    });
    const { stageStates } = await ask('GetPipelineState', { name: 'shop' });
    expect(stageStates).toMatchObject([{}, { stageName: 'Gate', inboundTransitionState: { enabled: false } }, {}]);
    await ask('StopPipelineExecution', { pipelineName: 'shop', pipelineExecutionId: first, abandon: true });
    expect(await cloud.codepipeline.waitForExecution('shop', first)).toMatchObject({ status: 'Stopped' });
  });

  it('is shown in each of its versions', async () => {
    const { ask } = await start();
    await ask('CreatePipeline', { pipeline: pipeline() });
    await ask('UpdatePipeline', { pipeline: pipeline({ executionMode: 'QUEUED' }) });
    await ask('UpdatePipeline', { pipeline: pipeline({ executionMode: 'PARALLEL' }) });
    const shown = async (version?: number) => (await ask('GetPipeline', { name: 'shop', version })).pipeline;
    expect(await shown(1)).toEqual({ ...pipeline(), version: 1 });
    expect(await shown(2)).toMatchObject({ version: 2, executionMode: 'QUEUED' });
    expect(await shown()).toMatchObject({ version: 3, executionMode: 'PARALLEL' });
    expect(await ask('GetPipeline', { name: 'shop', version: 4 })).toEqual({
      __type: 'PipelineVersionNotFoundException',
      message: "The pipeline 'shop' has no version 4: its versions are 1 to 3",
    });
  });

  it('keeps tags', async () => {
    const { ask } = await start();
    await ask('CreatePipeline', { pipeline: pipeline() });
    await ask('TagResource', {
      resourceArn: ARN,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
    await ask('UntagResource', { resourceArn: ARN, tagKeys: ['a'] });
    expect(await ask('ListTagsForResource', { resourceArn: ARN })).toEqual({ tags: [{ key: 'b', value: '2' }] });
    expect(await ask('ListTagsForResource', { resourceArn: `${ARN}-2` })).toMatchObject({
      __type: 'ResourceNotFoundException',
    });
  });

  it.each([
    ['a template', undefined],
    ['a client', 'asks for it'],
  ])('shares tags with custom action types, whose tags %s gives', async (_who, asks) => {
    const { ask, cloud } = await start();
    const id = { category: 'Test', provider: 'Smoke', version: '1' };
    const bounds = { minimumCount: 0, maximumCount: 1 };
    const type = { ...id, inputArtifactDetails: bounds, outputArtifactDetails: bounds };
    if (asks === undefined) {
      const capital = (members: object) =>
        Object.fromEntries(
          Object.entries(members).map(([key, value]) => [key[0]?.toUpperCase() + key.slice(1), value]),
        );
      const Bounds = capital(bounds);
      const Properties = { ...capital(id), InputArtifactDetails: Bounds, OutputArtifactDetails: Bounds };
      const Tags = [{ Key: 'team', Value: 'web' }];
      const Smoke = { Type: 'AWS::CodePipeline::CustomActionType', Properties: { ...Properties, Tags } };
      const template = path.join(
        folder({ 'template.json': JSON.stringify({ Resources: { Smoke } }) }),
        'template.json',
      );
      await cloud.deploy({ template });
    } else {
      await ask('CreateCustomActionType', { ...type, tags: [{ key: 'team', value: 'web' }] });
    }
    const resourceArn = `arn:aws:codepipeline:${cloud.region}:${cloud.accountId}:actiontype:Custom/Test/Smoke/1`;
    expect(await ask('ListTagsForResource', { resourceArn })).toEqual({ tags: [{ key: 'team', value: 'web' }] });
    await ask('DeleteCustomActionType', id);
    expect(await ask('ListTagsForResource', { resourceArn })).toMatchObject({ __type: 'ResourceNotFoundException' });
  });

  it('is gone after its deletion, which may be asked for twice', async () => {
    const { ask } = await start();
    await ask('CreatePipeline', { pipeline: pipeline() });
    expect(await ask('DeletePipeline', { name: 'shop' })).toBeNull();
    expect(await ask('DeletePipeline', { name: 'shop' })).toBeNull();
    expect(await ask('ListPipelines', {})).toEqual({ pipelines: [] });
    expect(await ask('GetPipeline', { name: 'shop' })).toMatchObject({ __type: 'PipelineNotFoundException' });
  });

  it.each<readonly [string, object, string, RegExp]>([
    ['a name that is taken', {}, 'PipelineNameInUseException', /already exists/],
    ['one stage', { name: 'other', stages: [{ name: 'Source', actions: [SOURCE] }] }, 'InvalidStructureException', /./],
    ['a name with a space', { name: 'a b' }, 'ValidationException', /'pipeline\.name' failed to satisfy constraint/],
    ['no stages', { name: 'other', stages: undefined }, 'ValidationException', /Value null at 'pipeline\.stages'/],
  ])('is refused with %s', async (_what, more, __type, message) => {
    const { ask } = await start();
    await ask('CreatePipeline', { pipeline: pipeline() });
    expect(await ask('CreatePipeline', { pipeline: pipeline(more) })).toMatchObject({
      __type,
      message: expect.stringMatching(message),
    });
  });

  it('is refused with a role that does not trust CodePipeline', async () => {
    const { ask } = await start('lambda.amazonaws.com');
    expect(await ask('CreatePipeline', { pipeline: pipeline() })).toMatchObject({
      __type: 'InvalidStructureException',
      message: `CodePipeline is not authorized to perform AssumeRole on role ${ROLE}`,
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approval, custom, customType, invoke, pipeline, source } from './templates.ts';
import { createTestCloud, PIPELINE_ROLE, type TestCloud } from './test-cloud.ts';

const stage = (Name: string, ...Actions: object[]) => ({ Name, Actions });
const six = Array.from({ length: 6 }, (_, index) => ({ Name: `Artifact${index}` }));

describe('AWS::CodePipeline::Pipeline', () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());
  const deploy = (properties: object) => cloud.deploy('AWS::CodePipeline::Pipeline', properties, 'Delivery');

  it('gives its name and version, and makes a name where it has none', async () => {
    expect(await deploy(pipeline([[invoke()]]))).toEqual({ ref: 'pipe', attributes: { Version: '1' } });
    const { Name: _, ...nameless } = pipeline([[invoke()]]) as { Name: string };
    expect((await deploy(nameless)).ref).toMatch(/^Stack-Delivery-[A-Z0-9]{12}$/);
  });

  it.each<[string, object, string]>([
    ['one stage', pipeline([]), 'Pipeline has only 1 stage(s)'],
    [
      'a first stage with other actions than sources',
      { ...pipeline([[invoke()]]), Stages: [stage('First', source(), approval()), stage('Next', invoke())] },
      'only contains source actions',
    ],
    [
      'a source in a later stage',
      pipeline([[source({ Name: 'Other', Namespace: 'other', OutputArtifacts: [{ Name: 'Other' }] })]]),
      'only the first stage may have sources',
    ],
    [
      'two stages of the same name',
      { ...pipeline([]), Stages: [stage('Same', source()), stage('Same', invoke())] },
      'Stage names must be unique',
    ],
    [
      'two actions of the same name',
      pipeline([[invoke(), invoke({ Namespace: 'again' })]]),
      'Action names must be unique',
    ],
    ['a stage without actions', pipeline([[]]), 'must have at least one action'],
    [
      'an artifact that nobody makes',
      pipeline([[invoke({ InputArtifacts: [{ Name: 'Nothing' }] })]]),
      'Input Artifact Bundle Nothing in action Check',
    ],
    [
      'an artifact used at the same run order as it is made',
      pipeline([
        [
          invoke({ OutputArtifacts: [{ Name: 'Out' }] }),
          invoke({ Name: 'Use', Namespace: 'use', InputArtifacts: [{ Name: 'Out' }] }),
        ],
      ]),
      'Input Artifact Bundle Out in action Use',
    ],
    [
      'an artifact made twice',
      pipeline([[invoke({ OutputArtifacts: [{ Name: 'SourceArtifact' }] })]]),
      'SourceArtifact has been used more than once',
    ],
    [
      'six output artifacts',
      pipeline([[invoke({ OutputArtifacts: six })]]),
      'declares 6 output artifacts which is more than the maximum count (5)',
    ],
    [
      'a source without output',
      { ...pipeline([]), Stages: [stage('Source', source({ OutputArtifacts: [] })), stage('Next', approval())] },
      'declares 0 output artifacts which is less than the minimum count (1)',
    ],
    [
      'a namespace used twice',
      pipeline([[invoke({ Namespace: 'fetched' })]]),
      'Namespaces must be unique across the pipeline definition',
    ],
    [
      'a variable of an unknown namespace',
      pipeline([[invoke({ Configuration: { FunctionName: 'worker', UserParameters: '#{nobody.X}' } })]]),
      'VariableReferenceText=[nobody.X]',
    ],
    [
      'a pipeline variable that is not declared',
      pipeline([[invoke({ Configuration: { FunctionName: 'worker', UserParameters: '#{variables.X}' } })]], {
        PipelineType: 'V2',
      }),
      'VariableReferenceText=[variables.X]',
    ],
    [
      'variables in a V1 pipeline',
      pipeline([[invoke()]], { Variables: [{ Name: 'X', DefaultValue: '1' }] }),
      'set PipelineType to V2',
    ],
    ['no FunctionName', pipeline([[invoke({ Configuration: {} })]]), "missing required configuration 'FunctionName'"],
    [
      'an unknown configuration key',
      pipeline([[invoke({ Configuration: { FunctionName: 'worker', Timeout: 3 } })]]),
      "unknown configuration 'Timeout'",
    ],
    [
      'empty UserParameters',
      pipeline([[invoke({ Configuration: { FunctionName: 'worker', UserParameters: '' } })]]),
      'has 0 characters',
    ],
    ['a run order of 0', pipeline([[invoke({ RunOrder: 0 })]]), 'from 1 to 999'],
    [
      'no artifact store',
      pipeline([[invoke()]], { ArtifactStore: undefined }),
      'either ArtifactStore or ArtifactStores',
    ],
    [
      'an action of a Region without an artifact store',
      pipeline([[invoke({ Region: 'us-west-2' })]]),
      'action Check is of Region us-west-2, where pipeline pipe has no artifact store: give it ArtifactStores, one for eu-west-1',
    ],
    ['no role', pipeline([[invoke()]], { RoleArn: undefined }), 'pipe has no RoleArn'],
    ['an unknown execution mode', pipeline([[invoke()]], { ExecutionMode: 'RANDOM' }), 'SUPERSEDED, QUEUED, PARALLEL'],
  ])('refuses %s', async (_, properties, message) => {
    await expect(deploy(properties)).rejects.toMatchObject({
      code: expect.stringMatching(/^Invalid(Structure|StageDeclaration|ActionDeclaration)Exception$/),
      message: expect.stringContaining(message),
    });
  });

  it('refuses a second pipeline of the same name', async () => {
    await deploy(pipeline([[invoke()]]));
    await expect(deploy(pipeline([[invoke()]]))).rejects.toMatchObject({ code: 'PipelineNameInUseException' });
  });

  it('holds the configuration of a custom action against its type', async () => {
    await cloud.deploy('AWS::CodePipeline::CustomActionType', customType());
    await expect(deploy(pipeline([[custom({ Configuration: {} })]]))).rejects.toThrow(
      "missing required configuration 'Project'",
    );
  });

  it('takes one artifact store for each Region', async () => {
    const { ArtifactStore, ...rest } = pipeline([[invoke()]]) as { ArtifactStore: object };
    await deploy({ ...rest, ArtifactStores: [{ Region: 'eu-west-1', ArtifactStore }] });
    const { pipeline: shown } = await cloud.call('GetPipeline', { name: 'pipe' });
    expect(shown).toMatchObject({ roleArn: PIPELINE_ROLE, artifactStores: { 'eu-west-1': { location: 'artifacts' } } });
    cloud.objects.upload('app.zip', 'the application');
    await cloud.start();
    expect((await cloud.invocation()).job.data.inputArtifacts[0]?.location.s3Location.bucketName).toBe('artifacts');
  });

  it('fails an action whose provider is not simulated, unless one is passed in', async () => {
    const build = custom({ ActionTypeId: { Category: 'Build', Owner: 'AWS', Provider: 'CodeBuild', Version: '1' } });
    await deploy(pipeline([[build]]));
    cloud.objects.upload('app.zip', 'the application');
    const result = await cloud.service.waitForExecution('pipe', await cloud.start());
    expect(result.actions[1]?.errorDetails?.message).toMatch(
      /does not simulate AWS\/Build\/CodeBuild: .* --stub 'Stage1\/Build=succeed'/,
    );

    const other = createTestCloud({
      actionProviders: {
        'AWS/Build/CodeBuild': async () => ({ status: 'Succeeded', outputVariables: { Built: 'yes' } }),
      },
    });
    await other.deploy('AWS::CodePipeline::Pipeline', pipeline([[build]]));
    other.objects.upload('app.zip', 'the application');
    const second = await other.service.waitForExecution('pipe', await other.start());
    other.stop();
    expect(second).toMatchObject({ status: 'Succeeded', actions: [{}, { outputVariables: { Built: 'yes' } }] });
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { exampleApp } from '../../infra/example-app.ts';
import { PipelineStack } from '../../infra/stacks/pipeline-stack.ts';
import { temporaryFolder, testApp } from './fixture.ts';
import { allowedStatements } from './policies.ts';

/** The actions that AWS gives no resource level; nothing else may be allowed on `"*"`. */
const WITHOUT_RESOURCE_LEVEL = [
  'codepipeline:GetJobDetails',
  'codepipeline:PutJobFailureResult',
  'codepipeline:PutJobSuccessResult',
  'lambda:ListFunctions',
];

function pipelineTemplate(props: ConstructorParameters<typeof PipelineStack>[2] = {}): Template {
  const app = testApp();
  const stack = new PipelineStack(app, 'RingbackPipeline', props);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return Template.fromStack(stack);
}

describe.each([
  ['by default', {}],
  ['with a key of its own', { artifactKey: true }],
])('the example pipeline %s', (_case, props) => {
  it('passes cdk-nag, allows no pattern of actions, and "*" only where AWS has no resource level', () => {
    const statements = allowedStatements(pipelineTemplate(props));
    expect(statements.length).toBeGreaterThan(10);
    for (const { actions, resources } of statements) {
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      if (resources.includes('*')) expect(WITHOUT_RESOURCE_LEVEL).toEqual(expect.arrayContaining([...actions]));
    }
  });
});

describe('the example pipeline', () => {
  let template: Template;

  beforeAll(() => {
    template = pipelineTemplate();
  });

  it('goes from a source over gate and manifest to two checks that use variables and artifact', () => {
    template.hasParameter('GateUrl', { Type: 'String', Default: Match.stringLikeRegexp('^https://') });
    template.hasResourceProperties('AWS::CodePipeline::Pipeline', {
      PipelineType: 'V2',
      Stages: [
        { Name: 'Source', Actions: [Match.objectLike({ OutputArtifacts: [{ Name: 'Source' }] })] },
        {
          Name: 'Gate',
          Actions: [
            Match.objectLike({
              Configuration: Match.objectLike({
                UserParameters: { 'Fn::Join': ['', ['{"url":"', { Ref: 'GateUrl' }, '","attempts":10}']] },
              }),
            }),
          ],
        },
        {
          Name: 'Manifest',
          Actions: [
            Match.objectLike({
              Namespace: 'Manifest',
              InputArtifacts: [{ Name: 'Source' }],
              OutputArtifacts: [{ Name: 'Manifest' }],
            }),
          ],
        },
        {
          Name: 'Verify',
          Actions: [
            Match.objectLike({
              InputArtifacts: [{ Name: 'Source' }],
              Configuration: Match.objectLike({
                UserParameters: '{"expectFiles":"#{Manifest.FileCount}","expectSha256":"#{Manifest.ManifestSha256}"}',
              }),
            }),
            Match.objectLike({ InputArtifacts: [{ Name: 'Manifest' }] }),
          ],
        },
      ],
    });
  });

  it('starts when the source bucket reports a new source', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ 'detail-type': ['Object Created'] }),
      Targets: [Match.objectLike({ RoleArn: Match.anyValue() })],
    });
  });

  it('keeps buckets that are private, encrypted and reached by TLS alone', () => {
    template.resourceCountIs('AWS::S3::Bucket', 3);
    template.resourceCountIs('AWS::S3::BucketPolicy', 3);
    template.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it('needs no custom resource', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual([]);
  });
});

describe('the example app', () => {
  it('gives the same assembly each time, whether run as a program or made in the process', () => {
    const [program, library] = [temporaryFolder(), temporaryFolder()];
    execFileSync(process.execPath, ['--conditions=ringback-source', 'infra/app.ts'], {
      env: { ...process.env, CDK_OUTDIR: program },
      stdio: 'ignore',
    });
    exampleApp({ outdir: library }).synth();
    const contents = (folder: string) => [
      readFileSync(join(folder, 'RingbackPipeline.template.json'), 'utf8'),
      ...readdirSync(folder).filter((name) => name.startsWith('asset.')),
    ];
    expect(contents(program)).toEqual(contents(library));
    expect(existsSync(join(program, 'manifest.json'))).toBe(true);
    // Two whole syntheses: on a busy machine they take their time.
  }, 180_000);
});

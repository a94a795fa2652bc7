import { Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { handlerPath } from '../../infra/handler-path.ts';
import { TerraformEngine, type TerraformEngineProps } from '../../infra/index.ts';
import { testApp, testRingback } from './fixture.ts';

const entries = { entry: handlerPath('terraform-engine'), parserEntry: handlerPath('terraform-parameters') };
const sha256 = '0123456789abcdef'.repeat(4);

function engineWith(builds: TerraformEngineProps['builds']) {
  const app = testApp();
  const stack = new Stack(app, 'Test');
  const engine = { ringback: testRingback(stack) };
  new TerraformEngine(stack, 'Engine', { ...entries, engine, ...(builds === undefined ? {} : { builds }) });
  return { app, stack };
}

/** The commands of the project's phase. */
function commandsOf(stack: Stack, phase: string): string {
  const [project] = Object.values(Template.fromStack(stack).findResources('AWS::CodeBuild::Project'));
  return JSON.parse(project?.Properties.Source.BuildSpec).phases[phase].commands.join('\n');
}

describe('a Terraform engine', () => {
  it('passes cdk-nag, and its function and builds have roles that launch roles trust', () => {
    const { app, stack } = engineWith(undefined);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const roles = Template.fromStack(stack).findResources('AWS::IAM::Role', {
      Properties: { Path: '/TerraformEngine/', RoleName: { 'Fn::Join': Match.anyValue() } },
    });
    const names = Object.values(roles).map(({ Properties }) => Properties.RoleName['Fn::Join'][1][0]);
    expect(names.sort()).toEqual([
      'ServiceCatalogExternalParameterParserRole-',
      'TerraformExecutionRole-',
      'TerraformExecutionRoleBuild-',
    ]);
  });

  it('keeps states in versions, and operations that no build took for a week', () => {
    const { stack } = engineWith(undefined);
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'ringback-operations/', ExpirationInDays: 7 })]),
      },
    });
  });

  it('installs a release only after its checksum was seen, and in the home of the build', () => {
    const { stack } = engineWith({ terraform: { version: '1.13.4', sha256 } });
    const install = commandsOf(stack, 'install');
    expect(install).toMatch(new RegExp(`${sha256} {2}\\$HOME/terraform.zip" \\| sha256sum --check && unzip`));
    expect(install).not.toMatch(/\/(tmp|usr)\//);
    expect(commandsOf(stack, 'build')).toBe('ringback terraform run "$TERRAFORM_OPERATION"');
  });

  it('says what to do in a build whose image has no Terraform', () => {
    const { stack } = engineWith(undefined);
    expect(commandsOf(stack, 'install')).toContain('give TerraformEngine builds.buildImage, or builds.terraform');
  });

  it.each([
    ['ringback@0.9.0', 'npm install --global ringback@0.9.0'],
    ['ringback@>=0.9 <2', "npm install --global 'ringback@>=0.9 <2'"],
  ])('installs %s as npm knows it', (packageSpec, command) => {
    expect(commandsOf(engineWith({ packageSpec }).stack, 'install')).toContain(command);
  });

  it('has no builds where the function runs Terraform', () => {
    Template.fromStack(engineWith(false).stack).resourceCountIs('AWS::CodeBuild::Project', 0);
  });

  it.each([
    ['a version', { terraform: { version: 'latest', sha256 } }, 'not a version of Terraform: "latest"'],
    ['a checksum', { terraform: { version: '1.13.4', sha256: 'abc' } }, 'not a SHA-256 checksum'],
    ['a version with more behind it', { terraform: { version: '1.13.4; true', sha256 } }, 'not a version of Terraform'],
    ['a version without a lock in S3', { terraform: { version: '1.9.8', sha256 } }, 'Terraform 1.9.8 is too old'],
    ['a release', { terraform: '1.13.4' }, "Builds is an object, such as { version: '1.13.4', sha256: '…' }, but got"],
    ['no release', { terraform: null }, 'but got null'],
    [
      'an archive',
      { terraform: { version: '1.13.4', sha256, url: "https://x/'; true" } },
      'not the https address of an archive',
    ],
    ['a package', { packageSpec: 5 }, 'is a text, not empty, but got 5'],
    ['a mirror', { providerMirror: 'http://mirror.example/' }, 'not the https address of a mirror'],
  ])('refuses %s that cannot be one', (_what, builds, message) => {
    expect(() => engineWith(builds as TerraformEngineProps['builds'])).toThrow(message);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { onTestFinished } from 'vitest';

/** A build as BatchGetBuilds tells it, as far as tests read it. */
export interface BuildView {
  readonly id: string;
  readonly buildStatus: string;
  readonly currentPhase: string;
  readonly phases: readonly {
    readonly phaseType: string;
    readonly phaseStatus?: string;
    readonly contexts: readonly { readonly statusCode: string; readonly message: string }[];
  }[];
}

/** A local cloud with one project `shop`, whose role may do what the statements allow beside writing its log. */
export async function startBuildCloud(properties: object = {}, statements: readonly object[] = []) {
  const cloud = await createLocalCloud({ speed: 60 });
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-codebuild-'));
  onTestFinished(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const template = path.join(folder, 'template.json');
  writeFileSync(template, JSON.stringify({ Resources: resourcesOf(properties, statements) }));
  await cloud.deploy({ template });
  return { cloud, ...clientOf(cloud) };
}

function clientOf(cloud: LocalCloud) {
  const start = async (input: object = {}): Promise<string> => {
    const { build } = (await cloud.ask('codebuild', 'StartBuild', { projectName: 'shop', ...input })) as {
      build: BuildView;
    };
    return build.id;
  };
  const view = async (id: string): Promise<BuildView> => {
    const { builds } = (await cloud.ask('codebuild', 'BatchGetBuilds', { ids: [id] })) as { builds: BuildView[] };
    return builds[0] as BuildView;
  };
  /** Runs a buildspec, and gives the build and its log when it has ended. */
  const run = async (buildspec: object, input: object = {}) => {
    const ended = new Promise<void>((resolve) =>
      cloud.events.on('state', ({ service, state }) => {
        if (service === 'codebuild' && state !== 'IN_PROGRESS') resolve();
      }),
    );
    const id = await start({ buildspecOverride: JSON.stringify({ version: '0.2', ...buildspec }), ...input });
    await ended;
    const log = cloud.codebuild.builds().find((build) => build.id === id)?.log ?? [];
    return { ...(await view(id)), log };
  };
  return { start, view, run };
}

/** A project `shop` without a source, its role and a bucket. */
export function resourcesOf(properties: object, statements: readonly object[]) {
  const trust = { Effect: 'Allow', Principal: { Service: 'codebuild.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const logs = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
        Policies: [{ PolicyName: 'Own', PolicyDocument: { Version: '2012-10-17', Statement: [logs, ...statements] } }],
      },
    },
    Sources: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'sources' } },
    Project: {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        Name: 'shop',
        ServiceRole: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Source: { Type: 'NO_SOURCE', BuildSpec: '{"version":"0.2","phases":{}}' },
        Artifacts: { Type: 'NO_ARTIFACTS' },
        Environment: { Type: 'ARM_CONTAINER', Image: 'any', ComputeType: 'BUILD_GENERAL1_SMALL' },
        ...properties,
      },
    },
  };
}

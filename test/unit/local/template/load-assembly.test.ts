import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AssemblyError } from '../../../../lib/local/template/assembly-error.ts';
import { loadAssembly } from '../../../../lib/local/template/load-assembly.ts';
import { assemblyFolder, folder } from './assembly-folder.ts';

const QUEUE = { Type: 'AWS::SQS::Queue' };

function errorOf(dir: string): AssemblyError {
  try {
    loadAssembly(dir);
  } catch (error) {
    if (error instanceof AssemblyError) return error;
    throw error;
  }
  throw new Error('the assembly loads');
}

test('says that the folder is missing', () => {
  const dir = path.join(folder(), 'cdk.out');

  expect(errorOf(dir)).toMatchObject({
    code: 'AssemblyNotFound',
    message: `${dir} does not exist: synthesize the app first`,
  });
});

test('says that a folder is no cloud assembly', () => {
  expect(errorOf(folder())).toMatchObject({ code: 'AssemblyNotFound' });
});

test('says why a file of it cannot be read', () => {
  const dir = folder();
  mkdirSync(path.join(dir, 'manifest.json'));

  expect(errorOf(dir).message).toMatch(/manifest\.json cannot be read \(EISDIR.*\): synthesize the app again$/);
});

test.each([
  ['a stray word', '{\n  "artifacts": {\n    "A": oops\n  }\n}', 'unexpected "o" in line 3, column 10'],
  ['a trailing comma', '{"artifacts": {},}', 'unexpected "}" in line 1, column 18'],
  ['a text that ends early', '{\n"artifacts": {', 'the text ends early in line 2, column 15'],
  ['an empty file', '', 'the text ends early in line 1, column 1'],
  ['a raw line break in a string', '{"a": "b\nc"}', 'unexpected "\\n" in line 1, column 9'],
])('says where the manifest is no JSON: %s', (_name, text, place) => {
  const error = errorOf(folder({ 'manifest.json': text }));

  expect(error.code).toBe('ManifestMalformed');
  expect(error.message).toContain(`manifest.json is not JSON: ${place}`);
});

test.each<[string, unknown, string]>([
  ['no object', '[]', 'the document must be a JSON object'],
  ['a resource without a type', { Resources: { Queue: {} } }, 'Resources.Queue.Type must be a string'],
  ['a resource that is text', { Resources: { Queue: 'oops' } }, 'Resources.Queue must be an object'],
  [
    'properties that are a list',
    { Resources: { Queue: { ...QUEUE, Properties: [] } } },
    'Resources.Queue.Properties must be',
  ],
  [
    'a dependency that is no name',
    { Resources: { Queue: { ...QUEUE, DependsOn: [1] } } },
    'Resources.Queue.DependsOn must be',
  ],
  ['an output without a value', { Outputs: { Url: {} } }, 'Outputs.Url.Value must be given'],
])('names the file and the place of a malformed template: %s', (_name, template, place) => {
  const error = errorOf(assemblyFolder({ Main: template }));

  expect(error.code).toBe('TemplateMalformed');
  expect(error.message).toMatch(/Main\.template\.json is malformed/);
  expect(error.message).toContain(place);
});

test('names the asset and the resource whose file is missing', () => {
  const functionOf = (key: string) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Code: { S3Bucket: 'b', S3Key: key } },
  });
  const asset = (id: string) => ({
    displayName: `${id}/Code`,
    source: { path: `asset.${id}`, packaging: 'zip' },
    destinations: { here: { bucketName: 'b', objectKey: `${id}.zip` } },
  });
  const manifest = {
    artifacts: {
      Main: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'Main.template.json' },
        dependencies: ['Main.assets'],
      },
      'Main.assets': { type: 'cdk:asset-manifest', properties: { file: 'Main.assets.json' } },
    },
  };
  const files = { kept: asset('kept'), lost: asset('lost'), unused: asset('unused') };
  const withAssets = folder({
    'manifest.json': manifest,
    'Main.template.json': { Resources: { Kept: functionOf('kept.zip'), Lost: functionOf('lost.zip') } },
    'Main.assets.json': { files },
    'asset.kept/index.mjs': '',
    'asset.lost/index.mjs': '',
  });
  expect(loadAssembly(withAssets).stacks).toHaveLength(1);

  rmSync(path.join(withAssets, 'asset.lost'), { recursive: true });

  expect(errorOf(withAssets)).toMatchObject({ code: 'AssetMissing' });
  expect(errorOf(withAssets).message).toMatch(/^asset lost\/Code of resource Lost in stack Main is missing: /);
});

test('orders stacks by their dependencies and refuses a circle of them', () => {
  const stack = (dependencies: string[]) => ({
    type: 'aws:cloudformation:stack',
    properties: { templateFile: 'T.json' },
    dependencies,
  });
  const dirOf = (artifacts: Record<string, unknown>) =>
    folder({ 'manifest.json': { artifacts }, 'T.json': { Resources: { Queue: QUEUE } } });

  const ordered = loadAssembly(dirOf({ Web: stack(['Data']), Data: stack([]), Api: stack(['Web', 'Data']) }));

  expect(ordered.stacks.map(({ id }) => id)).toEqual(['Data', 'Web', 'Api']);
  expect(errorOf(dirOf({ Web: stack(['Data']), Data: stack(['Web']) })).code).toBe('DependencyCycle');
});

test('reads the stacks of nested assemblies', () => {
  const dir = folder({
    'manifest.json': {
      artifacts: { 'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } },
    },
    'assembly-Prod/manifest.json': {
      artifacts: {
        ProdMain: {
          type: 'aws:cloudformation:stack',
          displayName: 'Prod/Main',
          properties: { templateFile: 'ProdMain.template.json', stackName: 'Prod-Main' },
          metadata: { '/Prod/Main/Queue/Resource': [{ type: 'aws:cdk:logicalId', data: 'Queue' }] },
        },
      },
    },
    'assembly-Prod/ProdMain.template.json': { Resources: { Queue: QUEUE } },
  });

  const [stack] = loadAssembly(dir).stacks;

  expect(stack).toMatchObject({ stackName: 'Prod-Main', dir: path.join(dir, 'assembly-Prod') });
  expect(stack?.paths.get('Queue')).toBe('Prod/Main/Queue/Resource');
});

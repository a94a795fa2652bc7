import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const action = (Name: string, Category: string, Provider: string, more: object) => ({
  Name,
  ActionTypeId: { Category, Owner: 'AWS', Provider, Version: '1' },
  ...more,
});

describe('the artifacts and commands of stubs', () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  /** Plays a source and a build, and gives how the build ended. */
  async function play(stubs: readonly string[], configuration: object = {}) {
    const build = { InputArtifacts: [{ Name: 'Source' }], OutputArtifacts: [{ Name: 'Built' }] };
    await cloud.deploy(
      'AWS::CodePipeline::Pipeline',
      pipeline([], {
        Stages: [
          { Name: 'Source', Actions: [action('S', 'Source', 'Git', { OutputArtifacts: [{ Name: 'Source' }] })] },
          { Name: 'Build', Actions: [action('B', 'Build', 'CodeBuild', { ...build, Configuration: configuration })] },
        ],
      }),
    );
    for (const stub of stubs) cloud.service.stubs.add(stub);
    const { status, actions } = await cloud.service.waitForExecution('pipe', await cloud.start());
    return { status, variables: actions.at(-1)?.outputVariables, message: actions.at(-1)?.errorDetails?.message };
  }

  async function built(): Promise<string[]> {
    const key = [...cloud.objects.all.keys()].findLast((entry) => entry.startsWith('artifacts/pipe/Built/'));
    const zip = await fromBufferPromise(readFileSync(cloud.objects.all.get(key ?? '')?.file ?? ''));
    const names: string[] = [];
    for await (const { fileName } of zip.eachEntry()) names.push(fileName);
    return names;
  }

  function folder(): string {
    const made = mkdtempSync(path.join(tmpdir(), 'stub-artifacts-'));
    onTestFinished(() => rmSync(made, { recursive: true, force: true }));
    return made;
  }

  it('hold what links lead to and empty folders, and say what is left out', async () => {
    const from = folder();
    mkdirSync(path.join(from, 'src'));
    writeFileSync(path.join(from, 'src/a'), 'a');
    mkdirSync(path.join(from, 'empty'));
    symlinkSync('src', path.join(from, 'linked'));
    symlinkSync('..', path.join(from, 'src/up'));
    symlinkSync('missing', path.join(from, 'nowhere'));
    execFileSync('mkfifo', [path.join(from, 'pipe')]);
    expect((await play([`S=folder:${from}`, 'B=succeed'])).status).toBe('Succeeded');
    expect(await built()).toEqual(['linked/a', 'src/a', 'empty/']);
    expect(cloud.seen('notice').map(({ message }) => message)).toEqual([
      expect.stringContaining('the artifacts of Source/S lack linked/up, nowhere, pipe, src/up: '),
    ]);
  });

  it.each<[name: Buffer, message: string]>([
    [Buffer.from('dev\\x2duuid'), 'is a path on Windows, so it cannot be in an archive: "dev\\\\x2duuid"'],
    [Buffer.from('C:x'), 'is a path on Windows'],
    [Buffer.from([0x61, 0xff]), 'is not UTF-8'],
  ])('are refused with the name %j, which would not come back', async (name, message) => {
    const from = folder();
    writeFileSync(Buffer.concat([Buffer.from(`${from}/`), name]), '');
    expect(await play([`S=folder:${from}`, 'B=succeed'])).toMatchObject({
      status: 'Failed',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['in the background', 'sleep 600 & echo ok'],
    ['as a daemon', 'setsid sleep 30 & echo ok'],
  ])('do not wait for what a command leaves %s', async (_where, command) => {
    expect((await play(['S=succeed', `B=run:${command}`])).status).toBe('Succeeded');
  });

  it.each([
    ['A=1\r\n\nB=a=b\nC=\n', { A: '1', B: 'a=b', C: '' }],
    ['export A=1\n', 'is not KEY=VALUE: "export A=1"'],
    ['a line\n', 'is not KEY=VALUE: "a line"'],
    [' A=1\n', 'is not KEY=VALUE: " A=1"'],
  ])('read the output variables %j, and drop no line', async (text, expected) => {
    const from = folder();
    writeFileSync(path.join(from, 'variables'), text);
    const { variables, message } = await play([`S=folder:${from}`, 'B=run:cp variables $RINGBACK_OUTPUT_VARIABLES']);
    if (typeof expected === 'string') expect(message).toContain(expected);
    else expect(variables).toEqual(expected);
  });

  it.each(['MODE=fast', '{"name":"MODE"}'])('refuse the environment variables %s', async (EnvironmentVariables) => {
    const { message } = await play(['S=succeed', 'B=run:true'], { EnvironmentVariables });
    expect(message).toContain('EnvironmentVariables of the configuration must be a list in JSON');
  });
});

import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { startBuildCloud } from './build-cloud.ts';

const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

const phasesOf = (phases: readonly { readonly phaseType: string; readonly phaseStatus?: string }[]) =>
  Object.fromEntries(phases.map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]));

describe('the phases of a buildspec', () => {
  it('run in one shell session, one after the other', async () => {
    const { run } = await startBuildCloud();
    const { buildStatus, log } = await run({
      phases: {
        install: { commands: ['export WHO=ada', 'mkdir deep', 'cd deep'] },
        build: {
          commands: ['echo "$WHO in $(basename "$PWD")"'],
          finally: ['echo "well: $CODEBUILD_BUILD_SUCCEEDING"'],
        },
      },
    });
    expect([buildStatus, ...log]).toEqual(['SUCCEEDED', 'ada in deep', 'well: 1']);
  });

  it.each([
    ['pre_build', {}, ['finally'], { BUILD: undefined, POST_BUILD: undefined }],
    ['pre_build', { 'on-failure': 'CONTINUE' }, ['finally', 'built', 'after'], { BUILD: 'SUCCEEDED' }],
    ['build', {}, ['finally', 'after'], { POST_BUILD: 'SUCCEEDED' }],
    ['build', { 'on-failure': 'ABORT' }, ['finally'], { POST_BUILD: undefined }],
  ])('after a failed %s with %j log %j', async (phase, more, log, phases) => {
    const { run } = await startBuildCloud();
    const failing = { commands: ['exit 3', 'echo never'], finally: ['echo finally'], ...more };
    const well = { build: { commands: ['echo built'] }, post_build: { commands: ['echo after'] } };
    const build = await run({ phases: { ...well, [phase]: failing } });
    expect(build).toMatchObject({ buildStatus: 'FAILED', log });
    expect(phasesOf(build.phases)).toMatchObject({ [phase.toUpperCase()]: 'FAILED' });
    expect(phasesOf(build.phases)).toEqual(expect.objectContaining(withoutAbsent(phases)));
    for (const [name, status] of Object.entries(phases)) {
      if (status === undefined) expect(phasesOf(build.phases)).not.toHaveProperty(name);
    }
  });
});

const withoutAbsent = (phases: object) => Object.fromEntries(Object.entries(phases).filter(([, status]) => status));

describe('the variables of a buildspec', () => {
  const spec = {
    env: {
      variables: { PLAIN: 'spec', BOTH: 'spec' },
      'parameter-store': { PARAMETER: '/shop/name' },
      'secrets-manager': { SECRET: 'shop/login:user' },
      'exported-variables': ['PLAIN', 'LATER'],
    },
    phases: { build: { commands: ['echo "$PLAIN $BOTH $PARAMETER $SECRET"', 'export LATER=now'] } },
  };
  const fill = async (cloud: Awaited<ReturnType<typeof startBuildCloud>>['cloud']) => {
    await cloud.ask('ssm', 'PutParameter', { Name: '/shop/name', Type: 'String', Value: 'corner' });
    const SecretString = JSON.stringify({ user: 'ada' });
    await cloud.ask('secretsmanager', 'CreateSecret', {
      Name: 'shop/login',
      SecretString,
      ClientRequestToken: crypto.randomUUID(),
    });
  };

  it('are plain, or read where they point to; those of the build itself win', async () => {
    const { cloud, run } = await startBuildCloud({}, [allow('ssm:GetParameters', 'secretsmanager:GetSecretValue')]);
    await fill(cloud);
    const build = await run(spec, { environmentVariablesOverride: [{ name: 'BOTH', value: 'build' }] });
    expect(build).toMatchObject({
      log: ['spec build corner ada'],
      exportedEnvironmentVariables: [
        { name: 'PLAIN', value: 'spec' },
        { name: 'LATER', value: 'now' },
      ],
    });
  });

  it('fail the build where its role may not read them', async () => {
    const { cloud, run } = await startBuildCloud({}, [allow('secretsmanager:GetSecretValue')]);
    await fill(cloud);
    const { buildStatus, phases } = await run(spec);
    expect(buildStatus).toBe('FAILED');
    expect(JSON.stringify(phases.find(({ phaseType }) => phaseType === 'DOWNLOAD_SOURCE'))).toMatch(
      /ssm:GetParameters/,
    );
  });
});

describe('a buildspec of YAML', () => {
  it('has values as they are written, nothing for what is empty, and aliases and merge keys', async () => {
    const { run } = await startBuildCloud();
    const buildspecOverride = `version: 0.2
common: &common
  finally: [echo finally]
env:
  variables: { VERSION: 1.10, MODE: 0755, NOTHING: }
phases:
  build:
    <<: *common
    commands:
      - true
      - echo "$VERSION $MODE [$NOTHING]"
`;
    expect(await run({}, { buildspecOverride })).toMatchObject({
      buildStatus: 'SUCCEEDED',
      log: ['1.10 0755 []', 'finally'],
    });
  });

  it.each([
    [
      'phases: { build: { commands: [ok, {echo a: b}] } }',
      /phases\.build\.commands\[1\] is a map with the key "echo a"/,
    ],
    ['env: { variables: { HOSTS: [a, b] } }', /env\.variables\.HOSTS is a list, not a text/],
  ])('fails for %s, and says where', async (part, message) => {
    const { run } = await startBuildCloud();
    const { buildStatus, phases } = await run({}, { buildspecOverride: `version: 0.2\n${part}\n` });
    expect(buildStatus).toBe('FAILED');
    expect(phases.find(({ phaseType }) => phaseType === 'DOWNLOAD_SOURCE')?.contexts[0]?.message).toMatch(message);
  });
});

describe('a command that leaves a daemon behind', () => {
  it('ends with its phase, though the daemon holds its output open', async () => {
    const { run } = await startBuildCloud();
    const spawn = `require('child_process').spawn('sleep', ['20'], { detached: true, stdio: 'inherit' }).unref()`;
    const commands = [`node -e "${spawn}"`, 'printf started'];
    expect(await run({ phases: { build: { commands } } })).toMatchObject({
      buildStatus: 'SUCCEEDED',
      log: ['started'],
    });
  }, 15_000);
});

describe('a build that is retried', () => {
  it('runs once for each idempotency token', async () => {
    const { cloud, run } = await startBuildCloud();
    const { id } = await run({});
    const retry = async (idempotencyToken: string) => {
      const { build } = (await cloud.ask('codebuild', 'RetryBuild', { id, idempotencyToken })) as {
        build: { id: string };
      };
      return build.id;
    };
    const again = await retry('one');
    expect(again).not.toBe(id);
    expect(await retry('one')).toBe(again);
    expect(await retry('two')).not.toBe(again);
  });
});

describe('a buildspec in a bucket', () => {
  const buildspecOverride = 'arn:aws:s3:::sources/spec.yml';
  it.each([
    ['is read under the role of the project', [allow('s3:GetObject')], 'SUCCEEDED', ''],
    ['fails the build where that may not read it', [], 'FAILED', 's3:GetObject'],
  ])('%s', async (_name, statements, status, message) => {
    const { cloud, run } = await startBuildCloud({}, statements);
    const person = cloud.identity.principalOf('AKIAEXAMPLEEXAMPLE00');
    const spec = 'version: 0.2\nphases:\n  build:\n    commands: [echo hello]\n';
    cloud.objects.put(person, 'sources', 'spec.yml', Buffer.from(spec));
    const { buildStatus, phases } = await run({}, { buildspecOverride });
    expect(buildStatus).toBe(status);
    expect(JSON.stringify(phases.flatMap(({ contexts }) => contexts))).toContain(message);
  });
});

describe('the session of a phase whose command takes the end of its shell', () => {
  it.each([
    ['by a trap of its own', "trap 'echo mine' EXIT"],
    ['by another program in its place', 'exec true'],
  ])('goes on in the next phase: %s', async (_name, command) => {
    const { run } = await startBuildCloud();
    const build = await run({
      env: { 'exported-variables': ['WHO'] },
      phases: {
        pre_build: { commands: ['export WHO=ada', 'mkdir deep', 'cd deep', command] },
        build: { commands: ['echo "$WHO in $(basename "$PWD")"'] },
      },
    });
    expect(build.log.at(-1)).toBe('ada in deep');
    expect(build).toMatchObject({ exportedEnvironmentVariables: [{ name: 'WHO', value: 'ada' }] });
  });
});

describe('a source in a bucket', () => {
  it('lies in the folder of the build, with the buildspec that it brings along', async () => {
    const { cloud, run } = await startBuildCloud({}, [allow('s3:GetObject', 's3:GetObjectVersion')]);
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('version: 0.2\nphases:\n  build:\n    commands: [cat greeting.txt]\n'), 'ci/spec.yml');
    zip.addBuffer(Buffer.from('hello\n'), 'greeting.txt');
    zip.end();
    const person = cloud.identity.principalOf('AKIAEXAMPLEEXAMPLE00');
    cloud.objects.put(person, 'sources', 'shop.zip', await buffer(zip.outputStream));
    const overrides = { sourceTypeOverride: 'S3', sourceLocationOverride: 'sources/shop.zip' };
    expect(await run({}, { ...overrides, buildspecOverride: 'ci/spec.yml' })).toMatchObject({
      buildStatus: 'SUCCEEDED',
      log: ['hello'],
    });
    expect(await run({}, { ...overrides, buildspecOverride: 'other.yml' })).toMatchObject({
      buildStatus: 'FAILED',
      phases: expect.arrayContaining([
        expect.objectContaining({
          contexts: [expect.objectContaining({ message: expect.stringMatching(/stat other.yml/) })],
        }),
      ]),
    });
  });
});

describe('what is not simulated of a buildspec', () => {
  it('gives a notice for a version, for a tag, and for what StartBuild asks for', async () => {
    const { cloud, run } = await startBuildCloud();
    const notices: string[] = [];
    cloud.events.on('notice', ({ message }) => notices.push(message));
    const buildspecOverride = 'version: 0.1\nphases:\n  build:\n    commands: !Sub [echo a]\n';
    expect(await run({}, { buildspecOverride, autoRetryLimitOverride: 2 })).toMatchObject({ log: ['a'] });
    expect(notices).toEqual([
      '"autoRetryLimitOverride" of StartBuild for shop is not simulated',
      '"!Sub" of the buildspec of shop is not simulated',
      '"version: 0.1, a shell for each command," of the buildspec of shop is not simulated',
    ]);
  });

  it('gives a notice each, and changes nothing', async () => {
    const { cloud, run } = await startBuildCloud();
    const notices: string[] = [];
    cloud.events.on('notice', ({ message }) => notices.push(message));
    const build = await run({
      artifacts: { files: ['**/*'] },
      env: { 'git-credential-helper': 'yes' },
      phases: { build: { 'run-as': 'root', 'on-failure': 'RETRY', commands: ['true'] } },
    });
    expect(build).toMatchObject({ buildStatus: 'SUCCEEDED' });
    for (const member of [
      'artifacts',
      'env.git-credential-helper',
      'phases.build.run-as',
      'phases.build.on-failure: RETRY',
    ]) {
      expect(notices.join('\n')).toContain(`"${member}" of the buildspec of shop is not simulated`);
    }
  });
});

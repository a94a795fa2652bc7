import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareBuilds } from './build-stack.ts';
import { type Journey, startJourney } from './journey.ts';

/** Whether the AWS CLI is there, and heeds AWS_ENDPOINT_URL: from 1.29 and 2.13 on. */
const [, major = 0, minor = 0] =
  /aws-cli\/(\d+)\.(\d+)/.exec(spawnSync('aws', ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
const isMissing = Number(major) === 0 || Number(minor) < (Number(major) === 1 ? 29 : 13);

/** The shell function of the page, and its lines that call it. */
const page = readFileSync(new URL('../../docs/long-work.md', import.meta.url), 'utf8');
const [, block = ''] =
  /<!-- test\/journeys\/answered-by-the-aws-cli\.test\.ts -->\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
const [definition = '', succeeds = '', fails = ''] = block.split('\n');

let journey: Journey;

describe.skipIf(isMissing)('a build that has the AWS CLI alone (runs where `aws` 1.29 or 2.13 is installed)', () => {
  beforeAll(async () => {
    const declare = declareBuilds({
      succeeds: { commands: [definition, succeeds, 'exit 4'], answer: 'command' },
      fails: { commands: [definition, fails, 'true'] },
    });
    journey = await startJourney('ByCli', declare, { speed: 30 });
    const s3 = new S3Client(journey.client);
    const Bucket = journey.output('SourceBucket');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source.zip', Body: 'anything' }));
  });
  afterAll(() => journey?.close());

  it.each([
    ['succeeds', 'Succeeded', '"Version":"1.2"'],
    ['fails', 'Failed', 'the tests fail'],
  ])('%s by the lines of the page, however it ends afterwards: %s', async (name, status, text) => {
    const start = new StartPipelineExecutionCommand({ name });
    const { pipelineExecutionId = '' } = await new CodePipelineClient(journey.client).send(start);
    const execution = await journey.cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
    expect(execution).toMatchObject({ status });
    expect(JSON.stringify(execution)).toContain(text);
  });
});

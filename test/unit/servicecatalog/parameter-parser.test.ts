import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { lambdaContext, parameterParserEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTime } from '../../../lib/aws/index.ts';
import { redactedLog } from '../../../lib/core/secrets/log.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import type { ParserLogic } from '../../../lib/servicecatalog/index.ts';
import { parameterParser, parameterParserWith } from '../../../lib/servicecatalog/parameter-parser.ts';
import { craftTar } from '../archive/craft-tar.ts';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';

let cloud: ArtifactCloud;
let lines: string[];
beforeEach(async () => {
  lines = [];
  cloud = await createArtifactCloud();
});
afterEach(() => cloud.close());

function parser(logic: ParserLogic, connection = cloud.engine(), redactor = createRedactor()) {
  const log = redactedLog(
    (_level, message, fields) => void lines.push(JSON.stringify({ message, ...fields })),
    redactor,
  );
  const handler = parameterParserWith(() => ({ connection, redactor, log, time: systemTime }), logic);
  return (event: unknown, timeoutMs = 30_000) => handler(event, lambdaContext({ timeoutMs }));
}

const event = parameterParserEvent();

describe('the response', () => {
  it.each([
    [true, true],
    ['true', true],
    ['True', true],
    [false, false],
    ['false', false],
    ['', false],
    [null, false],
  ])('takes %j for the flag isNoEcho as templates write it', async (isNoEcho, expected) => {
    const { parameters } = await parser(() => [{ key: 'password', isNoEcho: isNoEcho as boolean }])(event);
    expect(parameters).toMatchObject([{ isNoEcho: expected }]);
  });

  it.each([
    [{ isNoEcho: 'yes' }, 'isNoEcho of the parameter a must be true or false'],
    [{ type: ['list', 'string'] }, 'the type of the parameter a must be text, but is of type object'],
    [{ description: 7 }, 'the description of the parameter a must be text, but is of type number'],
  ])('is not made of %j', async (member, problem) => {
    await expect(parser(() => [{ key: 'a', ...(member as object) }])(event)).rejects.toThrow(problem);
  });

  it('is not made of an error that was returned, which is told as if it were thrown', async () => {
    const run = parser((() => new TypeError('no such file')) as never);
    await expect(run(event)).rejects.toThrow('returned an error instead of throwing it: TypeError: no such file');
  });

  it('has all five members of each parameter, in the order given', async () => {
    const run = parser(() => [
      { key: 'zones', type: 'list(string)', defaultValue: ['a', 'b'] },
      { key: 'cidr' },
      { key: 'count', type: 'number', defaultValue: 0, description: 'how many', isNoEcho: true },
      { key: 'flag', defaultValue: false, description: undefined, type: '' },
    ]);
    expect(await run(event)).toEqual({
      parameters: [
        { key: 'zones', type: 'list(string)', defaultValue: '["a","b"]', description: '', isNoEcho: false },
        { key: 'cidr', type: 'string', defaultValue: '', description: '', isNoEcho: false },
        { key: 'count', type: 'number', defaultValue: '0', description: 'how many', isNoEcho: true },
        { key: 'flag', type: 'string', defaultValue: 'false', description: '', isNoEcho: false },
      ],
    });
  });

  it.each([[[]], [undefined]])('is a list also without parameters (%j)', async (given) => {
    expect(await parser(() => given as never)(event)).toEqual({ parameters: [] });
  });

  it.each([
    [[{ key: '' }], 'parameter 1 must have a key'],
    [[{ key: 'a' }, { key: 'a' }], 'the parameter a is declared twice'],
    [{ a: 1 }, 'must give a list'],
  ])('is an error for the user where the logic gives %j', async (given, message) => {
    await expect(parser(() => given as never)(event)).rejects.toMatchObject({
      name: 'ParserInvalidParameterException',
      message: expect.stringContaining(message),
    });
  });
});

describe('a response', () => {
  const described = (characters: number) => parser(() => [{ key: 'a', description: 'ü'.repeat(characters) }])(event);

  it('may be as large as Lambda returns, and not one byte more', async () => {
    const most = 6_291_556 - Buffer.byteLength(JSON.stringify(await described(0)));
    expect(await described(Math.floor(most / 2))).toMatchObject({ parameters: [{ key: 'a' }] });
    await expect(described(Math.floor(most / 2) + 1)).rejects.toMatchObject({
      name: 'ParserInvalidParameterException',
      message: expect.stringMatching(
        /^the parameters have 62915\d\d bytes as JSON, and Lambda returns at most 6291556/,
      ),
    });
  });
});

describe('the artifact', () => {
  it('is read as the launch role', async () => {
    const launchRoleArn = cloud.createLaunchRole();
    const artifact = cloud.put('one', gzipSync(craftTar([{ name: 'product.json', content: '{"a":1}' }])));
    const out = join(cloud.folder, 'out');
    const run = parser(async (request) => {
      await request.artifact.extractTo(out);
      return [{ key: readFileSync(join(out, 'product.json'), 'utf8') }];
    });
    const { parameters } = await run(parameterParserEvent({ artifact, launchRoleArn }));
    expect(parameters[0]?.key).toBe('{"a":1}');
    await run({ artifact: { path: `S3://sc-artifacts/one`, type: 'AWS_S3' }, launchRole: launchRoleArn });
  });

  it("is read as the parser's own role where the request names no launch role", async () => {
    const artifact = cloud.put('one', Buffer.from('hello'));
    const request = parameterParserEvent({ artifact, launchRoleArn: undefined });
    const read = (connection = cloud.engine()) =>
      parser(async (asked) => [{ key: (await asked.artifact.bytes()).toString() }], connection)(request);
    expect((await read(cloud.as('s3:GetObject'))).parameters[0]?.key).toBe('hello');
    await expect(read()).rejects.toMatchObject({
      name: 'ParserAccessDeniedException',
      message: expect.stringContaining("the parser's role needs s3:GetObject"),
    });
  });

  it.each([
    ['a role that trusts nobody', false, 'cannot be assumed'],
    ['a role without the permission to read', true, 'needs s3:GetObject on objects with the tag'],
  ])('names what is missing with %s', async (_, trusting, problem) => {
    const launchRoleArn = cloud.createLaunchRole(trusting, []);
    const artifact = cloud.put('one', Buffer.from('x'));
    const run = parser(async (request) => [{ key: String(await request.artifact.bytes()) }]);
    const error = await run(parameterParserEvent({ artifact, launchRoleArn })).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ParserAccessDeniedException', message: expect.stringContaining(problem) });
    expect((error as Error).message).toContain(launchRoleArn);
    if (!trusting)
      expect((error as Error).message).toMatch(/"aws:PrincipalArn":"arn:aws:iam::123456789012:role\/\*Role/);
  });

  it('says that an archive is none', async () => {
    const launchRoleArn = cloud.createLaunchRole();
    const artifact = cloud.put('text', Buffer.from('hello'));
    const run = parser(async (request) => {
      await request.artifact.extractTo(join(cloud.folder, 'out'));
      return [];
    });
    await expect(run(parameterParserEvent({ artifact, launchRoleArn }))).rejects.toThrow(
      'the artifact: it is neither a zip archive nor a tar archive',
    );
  });
});

describe('an error', () => {
  it.each([
    [{}, 'the artifact has no path'],
    [null, 'the artifact has no path'],
    [{ artifact: { path: 's3://a/b', type: 'HTTP' } }, 'AWS_S3 is the only one there is'],
    [{ artifact: { path: 's3://a' } }, 'is no s3://BUCKET/KEY'],
    [{ artifact: { path: 's3://a/b' }, launchRoleArn: 'Launch' }, 'the launch role "Launch" is not the ARN of a role'],
  ])('of the request %j is told', async (request, message) => {
    await expect(parser(() => [])(request)).rejects.toMatchObject({
      name: 'ParserInvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  it('holds no part of a secret that stands across its cut', async () => {
    const redactor = createRedactor();
    redactor.scope().declare('k3y9wX2mQz7p');
    for (const at of [0, 3, 5, 8]) {
      const logic = () => {
        throw new Error('x'.repeat(at) + 'k3y9wX2mQz7p '.repeat(400));
      };
      const thrown = await parser(logic, undefined, redactor)(event).catch(String);
      expect(thrown).toContain('[withheld]');
      expect(thrown).not.toMatch(/k3y|9wX|2mQ|z7p/);
    }
  });

  it('of the logic is told as it is, without secrets', async () => {
    const launchRoleArn = cloud.createLaunchRole();
    const secrets: string[] = [];
    const run = parser(async (request) => {
      const { secretAccessKey } = await request.launchRoleCredentials();
      secrets.push(secretAccessKey);
      throw new Error(`main.tf:3: unexpected "}" ${secretAccessKey}`);
    });
    await expect(run(parameterParserEvent({ launchRoleArn }))).rejects.toThrow(
      /^main\.tf:3: unexpected "}" \[withheld\]$/,
    );
    expect(lines.join()).not.toContain(secrets[0]);
  });

  it('comes before the function is ended for its timeout', async () => {
    await expect(parser(() => new Promise(() => undefined))(event, 520)).rejects.toThrow(
      /did not end within .* give function-under-test a longer timeout, or more memory .*artifact of the product smaller$/,
    );
  });
});

it('outlives what nobody catches: a promise that was forgotten is logged, an error of a timer is told', async () => {
  const script = join(import.meta.dirname, 'fixtures/stray-parser.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=ringback-source', script]);
  expect(JSON.parse(stdout)).toEqual({
    keys: ['cidr'],
    name: 'ParserInvalidParameterException',
    message: 'nowhere',
  });
});

it('has no options, and says so where one is given', () => {
  expect(() => parameterParser(() => [], { timeout: 3 } as never)).toThrow(
    'parameterParser has no option "timeout"; it has none',
  );
});

import { continueAfter, defer, encodeCallback } from 'ringback';
import { createResource, follow, inOrder, updateResource, wait } from 'ringback/cloudcontrol';
import { startBuild } from 'ringback/codebuild';
import { jobWorker, thirdPartyJobWorker } from 'ringback/codepipeline';
import { verdict } from 'ringback/hooks';
import { provisioningEngine } from 'ringback/servicecatalog';
import { terraformEngine } from 'ringback/terraform';
import { describe, expect, it } from 'vitest';

const logic = () => undefined;
const actionType = { category: 'Test', provider: 'Checks' } as const;
const request = createResource({ typeName: 'AWS::S3::Bucket', desiredState: {} });
const task = {
  callback: { service: 'codepipeline', id: 'job', region: 'eu-central-1' },
  state: undefined,
  log: { debug: logic, info: logic, warn: logic, error: logic },
  signal: new AbortController().signal,
  remainingMs: () => 1_000,
};
const build = (options: object) => startBuild(task, { project: 'scan', within: { hours: 1 }, ...options });
const engine = (options: object) => terraformEngine({ stateBucket: 'states', ...options });

/** What JavaScript lets through. */
const anything = (value: unknown) => value as never;

/** What a call throws, or its promise is rejected with. */
async function problemOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

describe('a value of another kind is refused by its name', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['the project of a build', () => build({ project: 5 }), /project of startBuild must be a text.* the number 5$/],
    [
      'a variable of a build',
      () => build({ environment: { LEVEL: 3 } }),
      /"LEVEL" must be a text, but is the number 3$/,
    ],
    ['the variables of a build', () => build({ environment: null }), /environment .* must be an object, but is null$/],
    ['a list of variables', () => build({ environment: [['A', 'b']] }), /environment .* but is an array$/],
    ['a Map of variables', () => build({ environment: new Map() }), /environment .* but is an object \(Map\)$/],
    [
      'a reference that is a text',
      () => build({ references: { KEY: 'shop' } }),
      /"KEY" must be either \{ parameter \}/,
    ],
    ['a reference to nothing', () => build({ references: { KEY: {} } }), /"KEY" must be either \{ parameter \}/],
    [
      'a reference to two places',
      () => build({ references: { KEY: { parameter: 'a', secret: 'b' } } }),
      /"KEY" must be either/,
    ],
    [
      'a variable that is also a reference',
      () => build({ environment: { KEY: 'a' }, references: { KEY: { secret: 'b' } } }),
      /KEY is in environment and in references$/,
    ],
    ['a buildspec', () => build({ buildspec: { version: 0.2 } }), /buildspec of startBuild must be a text/],
    ['who answers', () => build({ answer: 'ends' }), /answer of startBuild must be end or command, but is "ends"$/],
    ['a build of no task', () => startBuild(anything({}), { within: { hours: 1 } }), /startBuild takes the job, step/],
    ['an engine that shows', () => engine({ sensitiveOutputs: 'show' }), /must be 'mask' or .*, but is "show"$/],
    ['outputs without a prefix', () => engine({ sensitiveOutputs: { prefix: '/a' } }), /must be 'mask' or/],
    ['a runner', () => engine({ runner: 'lamda' }), /must be 'lambda' or a function, but is "lamda"$/],
    [
      'a hook of an engine',
      () => engine({ beforeApply: 'check' }),
      /beforeApply .* must be a function, but is "check"$/,
    ],
    ['a key of an engine', () => engine({ kmsKeyArn: '' }), /kmsKeyArn .* must be a text, not empty, but is empty$/],
    [
      'the NoEcho parameters of an engine',
      () => provisioningEngine({ provision: logic, update: logic, terminate: logic }, anything({ noEcho: 'Password' })),
      /noEcho must be a list of texts, but is "Password"$/,
    ],
    [
      'the secrets of a worker',
      () => jobWorker(logic, anything({ actionType, secretProperties: 'Token' })),
      /secretProperties must be a list of texts, but is "Token"$/,
    ],
    [
      'the query of a worker',
      () => jobWorker(logic, anything({ actionType, queryParam: 'a=b' })),
      /queryParam must be an/,
    ],
    [
      'the value of a query',
      () => jobWorker(logic, anything({ actionType, queryParam: { Stage: 1 } })),
      /"Stage" must be a text, but is the number 1$/,
    ],
    ['no options of a worker', () => jobWorker(logic, anything(undefined)), /jobWorker needs options: \{ actionType/],
    [
      'no options of a third-party worker',
      () => thirdPartyJobWorker(logic, anything(undefined)),
      /thirdPartyJobWorker needs options/,
    ],
    [
      'a member of a secret that is misspelt',
      () => thirdPartyJobWorker(logic, anything({ actionType, clientTokens: { secretId: 's', maxAge: 5 } })),
      /clientTokens has no member "maxAge"; it has secretId, maxAgeSeconds$/,
    ],
    ['an option of follow', () => follow(task, request, anything({ outcom: logic })), /follow has no option "outcom"/],
    [
      'the outcome of follow',
      () => follow(task, request, anything({ outcome: 5 })),
      /outcome of follow must be a function/,
    ],
    [
      'credentials that nobody can renew',
      () => wait(request, anything({ credentials: { accessKeyId: 'A', secretAccessKey: 'b' } })),
      /credentials of wait must be a function, but is an object$/,
    ],
    [
      'a signal',
      () => wait(request, anything({ signal: {} })),
      /signal of wait must be an AbortSignal, but is an object$/,
    ],
    ['a follow of a task without its time', () => follow(anything({ callback: {} }), request), /follow takes the job/],
    [
      'a follow of a task without a callback',
      () => follow(anything({ remainingMs() {} }), request),
      /follow takes the job/,
    ],
    ['a follow of no task', () => follow(anything(undefined), request), /follow takes the job, step or operation/],
    [
      'an option of defer',
      () => defer(anything({ within: { hours: 1 }, silense: { minutes: 5 } })),
      /no option "silense"/,
    ],
    [
      'a text as details',
      () => continueAfter({ seconds: 30 }, 1, anything('half done')),
      /continueAfter takes an object/,
    ],
    ['a list as details', () => defer({ within: { hours: 1 } }, anything([])), /defer takes an object of details/],
    ['no annotations', () => verdict(anything(undefined)), /verdict takes a list of annotations, but got undefined$/],
    [
      'an annotation in small letters, which would pass',
      () => verdict(anything([{ annotationName: 'public', status: 'failed' }])),
      /status of annotation 1 must be PASSED, FAILED, SKIPPED, but is "failed"$/,
    ],
  ])('%s', async (_what, call, message) => {
    const problem = await problemOf(call);
    expect(problem).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringMatching(message) });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['nothing to follow', () => follow(task, anything(undefined)), /follow takes a request, .* but got undefined$/],
    ['a list to wait for', () => wait(anything([request])), /wait takes a request, .* but got an array$/],
    ['one request in order', () => inOrder(anything(request)), /inOrder takes a list of requests, but got an object$/],
    [
      'the version of a type',
      () =>
        updateResource(anything({ typeName: 'AWS::S3::Bucket', identifier: 'a', desiredState: {}, typeVersionId: 5 })),
      /typeVersionId of AWS::S3::Bucket must be a text, but is number$/,
    ],
  ])('as a mistake of the request: %s', async (_what, call, message) => {
    const problem = await problemOf(call);
    expect(problem).toMatchObject({ code: 'CONFIGURATION', message: expect.stringMatching(message) });
  });

  it.each<[unknown, RegExp]>([
    [undefined, /does not hold the service of a service that waits, but undefined$/],
    [{ service: 'codepipeline', id: 'job' }, /does not hold the region of a service that waits, but undefined$/],
    [{ service: 'codepipeline', id: 5, region: 'eu-central-1' }, /does not hold the id .* but number$/],
  ])('as no callback: %j', async (callback, message) => {
    const problem = await problemOf(() => encodeCallback(anything(callback)));
    expect(problem).toMatchObject({ code: 'INVALID_CALLBACK', message: expect.stringMatching(message) });
  });

  it('and no long text is repeated, which may be a secret', async () => {
    const problem = await problemOf(() => build({ environment: 'hunter2'.repeat(9) }));
    expect(problem).toMatchObject({ message: expect.stringMatching(/but is a text of 63 characters$/) });
  });

  it('while an option that is undefined is as good as absent', () => {
    expect(engine({ kmsKeyArn: undefined, runner: undefined, beforeApply: undefined })).toHaveProperty('provision');
  });
});

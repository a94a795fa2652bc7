import { afterEach, describe, expect, it } from 'vitest';
import { getObject, headObject } from '../../../../lib/aws/s3/index.ts';
import { answerBytes, answerError, bytesOf, createScriptedS3, type Script, type ScriptedS3 } from './scripted-s3.ts';

const OBJECT = { bucket: 'my-bucket', key: 'pipe/Source/a b.zip' };
const CONTENT = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));

let s3: ScriptedS3;
afterEach(() => s3.close());
const script = async (answer: Script) => {
  s3 = await createScriptedS3(answer);
};

describe('getObject', () => {
  it('gives the object, its size and its ETag', async () => {
    await script((request, response) => answerBytes(request, response, CONTENT));
    const received = await getObject(s3.client(), OBJECT);
    expect(received).toMatchObject({ eTag: '"e1"', start: 0, length: 5000, size: 5000 });
    expect((await bytesOf(received.stream)).equals(CONTENT)).toBe(true);
  });

  it('gives a range of it under the condition that it is still the same', async () => {
    await script((request, response) => answerBytes(request, response, CONTENT));
    const received = await getObject(s3.client(), OBJECT, { range: { start: 10, end: 20 }, ifMatch: '"e1"' });
    expect(received).toMatchObject({ start: 10, length: 10, size: 5000 });
    expect((await bytesOf(received.stream)).equals(CONTENT.subarray(10, 20))).toBe(true);
    expect(s3.requests[0]?.headers).toMatchObject({ range: 'bytes=10-19', 'if-match': '"e1"' });
  });

  it('takes up a stream where its connection broke, as long as the object is the same', async () => {
    await script((request, response, count) => answerBytes(request, response, CONTENT, count < 3 ? 1000 : undefined));
    const { stream } = await getObject(s3.client(), OBJECT);
    expect((await bytesOf(stream)).equals(CONTENT)).toBe(true);
    expect(s3.requests.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      [undefined, undefined],
      ['bytes=1000-4999', '"e1"'],
      ['bytes=2000-4999', '"e1"'],
      ['bytes=3000-4999', '"e1"'],
    ]);
  });

  it('fails with the count of bytes when a stream breaks off again and again', async () => {
    await script((request, response, count) => answerBytes(request, response, CONTENT, count === 0 ? 1000 : 0));
    const { stream } = await getObject(s3.client({ attempts: 3 }), OBJECT);
    await expect(bytesOf(stream)).rejects.toMatchObject({
      name: 'AwsCallError',
      code: 'IncompleteBody',
      fault: 'network',
      message: expect.stringContaining('s3://my-bucket/pipe/Source/a b.zip gave 1000 of 5000 bytes'),
    });
    expect(s3.requests).toHaveLength(3);
  });

  it('fails when the object was replaced before a broken stream is taken up', async () => {
    await script((request, response, count) =>
      count === 0 ? answerBytes(request, response, CONTENT, 1000) : answerError(response, 412, 'PreconditionFailed'),
    );
    const { stream } = await getObject(s3.client(), OBJECT);
    await expect(bytesOf(stream)).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it('does not go on reading when its reader stops', async () => {
    await script((request, response) => answerBytes(request, response, CONTENT, 1000));
    const { stream } = await getObject(s3.client(), OBJECT);
    for await (const _ of stream) break;
    expect(s3.requests).toHaveLength(1);
  });

  it('refuses an answer that ignores the range', async () => {
    await script((request, response) => answerBytes({ ...request, headers: {} }, response, CONTENT));
    await expect(getObject(s3.client(), OBJECT, { range: { start: 1, end: 2 } })).rejects.toMatchObject({
      code: 'UnreadableAnswer',
    });
  });

  it.each([
    [404, 'NoSuchKey', 1],
    [403, 'AccessDenied', 1],
    [503, 'SlowDown', 5],
    [500, 'InternalError', 5],
    [400, 'RequestTimeout', 5],
  ])('answers %i %s with that code after %i attempts', async (status, code, attempts) => {
    await script((_, response) => answerError(response, status, code));
    await expect(getObject(s3.client(), OBJECT)).rejects.toMatchObject({
      code,
      status,
      requestId: 'REQ1',
      action: 's3:GetObject',
      message: `s3:GetObject failed: ${code}: it says ${code}`,
    });
    expect(s3.requests).toHaveLength(attempts);
  });

  it('waits a random part of a bound that doubles', async () => {
    await script((_, response) => answerError(response, 503, 'SlowDown'));
    await expect(getObject(s3.client({ attempts: 8, longestDelayMs: 1000 }), OBJECT)).rejects.toThrow('SlowDown');
    expect(s3.waits).toEqual([50, 100, 200, 400, 500, 500, 500]);
  });

  it('tries again after a connection that was reset', async () => {
    await script((request, response, count) =>
      count === 0 ? response.destroy() : answerBytes(request, response, CONTENT),
    );
    expect((await getObject(s3.client(), OBJECT)).size).toBe(5000);
  });

  it.each<[string, (response: Parameters<Script>[1]) => void, object, number]>([
    ['uses none of the kept connections again where one has died', (it) => it.socket?.resetAndDestroy(), {}, 4],
    ['uses the other kept connections where a request was given up', () => undefined, { idleTimeoutMs: 100 }, 3],
  ])('%s', async (_what, again, options, connections) => {
    const seen = new Set<unknown>();
    await script((request, response) => {
      if (seen.has(response.socket)) again(response);
      else answerBytes(request, response, CONTENT);
      seen.add(response.socket);
    });
    const client = s3.client({ attempts: 2 });
    const get = (more = {}) => client.send({ location: OBJECT, action: 's3:GetObject', method: 'GET', ...more });
    await Promise.all([1, 2, 3].map(async () => bytesOf(await get())));
    // The first try goes out on a kept connection; where the second does not, it is answered.
    const second = await get(options).then(bytesOf, (error: Error) => error.message);
    expect(second).toEqual(connections === 4 ? CONTENT : expect.stringContaining('silent for too long'));
    expect(seen.size).toBe(connections);
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const reason = new Error('the job is over');
    await script(() => stop.abort(reason));
    await expect(getObject(s3.client({ signal: stop.signal }), OBJECT)).rejects.toBe(reason);
  });

  it('takes over nothing of an error but code, message and region', async () => {
    await script((_, response) => answerError(response, 400, 'ExpiredToken', '<Token-0>top-secret</Token-0>'));
    const error = await getObject(s3.client(), OBJECT).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error) + String(error)).not.toContain('top-secret');
  });

  it('asks for other keys once when they have expired', async () => {
    let turn = 0;
    await script((request, response) =>
      request.headers.authorization?.includes('KEY1')
        ? answerError(response, 400, 'ExpiredToken')
        : answerBytes(request, response, CONTENT),
    );
    const credentials = async () => ({ accessKeyId: `KEY${++turn}`, secretAccessKey: 'secret' });
    expect((await getObject(s3.client({ credentials }), OBJECT)).size).toBe(5000);
    expect(s3.waits).toEqual([]);
  });

  it.each([
    ['400 AuthorizationHeaderMalformed', 400, 'AuthorizationHeaderMalformed'],
    ['301 PermanentRedirect', 301, 'PermanentRedirect'],
  ])('goes to the bucket’s region after %s, and remembers it', async (_, status, code) => {
    await script((request, response) =>
      request.headers.authorization?.includes('/us-west-2/s3/')
        ? answerBytes(request, response, CONTENT)
        : answerError(response, status, code, '<Region>us-west-2</Region>'),
    );
    const client = s3.client();
    await getObject(client, OBJECT);
    await getObject(client, OBJECT);
    expect(s3.requests).toHaveLength(3);
    expect(s3.requests[0]?.headers.authorization).toContain('/eu-west-1/s3/');
  });

  it('follows a bucket to another region only once', async () => {
    await script((_, response, count) =>
      answerError(response, 301, 'PermanentRedirect', `<Region>${count % 2 ? 'us-west-2' : 'us-west-1'}</Region>`),
    );
    await expect(getObject(s3.client(), OBJECT)).rejects.toMatchObject({ code: 'PermanentRedirect' });
    expect(s3.requests).toHaveLength(2);
  });

  it.each(['x@127.0.0.1:4566/#', 'evil.example.com', ''])(
    'follows to nothing that is no region: %j',
    async (region) => {
      await script((_, response) => answerError(response, 301, 'PermanentRedirect', `<Region>${region}</Region>`));
      await expect(getObject(s3.client(), OBJECT)).rejects.toMatchObject({ code: 'PermanentRedirect' });
      expect(s3.requests).toHaveLength(1);
    },
  );
});

describe('headObject', () => {
  it('gives size and ETag', async () => {
    await script((_, response) => response.writeHead(200, { etag: '"e1"', 'content-length': 5000 }).end());
    expect(await headObject(s3.client(), OBJECT)).toMatchObject({ eTag: '"e1"', size: 5000 });
  });

  it('tells a missing object from its status alone', async () => {
    await script((_, response) => response.writeHead(404).end());
    await expect(headObject(s3.client(), OBJECT)).rejects.toMatchObject({ code: 'NotFound', status: 404 });
  });
});

import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';
import { createGreeter } from './greeter.ts';
import { ACCOUNT_ID, openWire, signedFor } from './open-wire.ts';

/** An S3 that answers everything with the caller and the body it read. */
const echo: LocalService = {
  name: 's3',
  http: {
    signingNames: ['s3'],
    async handle(_request, response, { body, principal, url }) {
      response.setHeader('x-principal', principal.arn);
      response.setHeader('x-path', url.pathname);
      response.end(await body());
    },
  },
};

/** Sends headers that fetch() does not let through. */
function raw(
  endpoint: string,
  headers: Record<string, string>,
  body = '',
  path = '/',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${endpoint}${path}`, { method: body === '' ? 'GET' : 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('createWire', () => {
  it('tells that it serves', async () => {
    const { endpoint } = await openWire();

    const response = await fetch(`${endpoint}/_ringback/health`);

    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it.each(['0.0.0.0', '::', '192.168.1.1', 'example.com'])('refuses to bind %s', async (host) => {
    const { identity, events, clock } = await openWire();
    const kernel = { identity, events, clock, uuid: () => 'id' };

    await expect(createWire({ kernel, services: [], port: 0, host })).rejects.toThrow(
      `the local cloud binds 127.0.0.1 only, but was asked for host '${host}'`,
    );
  });

  it('names the port that is in use', async () => {
    const { port, identity, events, clock } = await openWire();
    const kernel = { identity, events, clock, uuid: () => 'id' };

    await expect(createWire({ kernel, services: [], port })).rejects.toThrow(
      `port ${port} is in use; stop what listens there, or choose another port (0 takes a free one)`,
    );
  });

  it('refuses two services that claim the same requests', async () => {
    await expect(openWire({ services: [createGreeter(), createGreeter()] })).rejects.toThrow(
      "services 'greeter' and 'greeter' both claim 'Greeter_1'",
    );
  });

  it('ends calls under way when it closes', async () => {
    const { endpoint, post, close } = await openWire({ services: [createGreeter(() => new Promise<never>(() => {}))] });
    const pending = post('Greeter_1.Greet', '{"Name":"Ada"}').then(
      () => 'answered',
      () => 'cut off',
    );
    await fetch(`${endpoint}/_ringback/health`);

    await close();

    expect(await pending).toBe('cut off');
  });
});

describe('the JSON protocol', () => {
  it('answers with the output, the JSON version and a request id', async () => {
    const { post, calls } = await openWire({ services: [createGreeter()] });

    const answer = await post('Greeter_1.Greet', '{"Name":"Ada"}');

    expect(answer).toMatchObject({ status: 200, json: { Greeting: 'hello Ada' } });
    expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(answer.headers.get('x-amzn-requestid')).toBe(calls[0]?.requestId);
    expect(calls[0]).toMatchObject({ input: { Name: 'Ada' }, output: { Greeting: 'hello Ada' } });
  });

  it('leaves the body empty where the API has no output', async () => {
    const { post } = await openWire({ services: [createGreeter()] });

    expect(await post('Greeter_1.Forget', '{"Name":"Ada"}')).toMatchObject({ status: 200, text: '' });
  });

  it('reads compressed bodies', async () => {
    const { post } = await openWire({ services: [createGreeter()] });

    const answer = await post('Greeter_1.Greet', gzipSync('{"Name":"Ada"}'), { 'content-encoding': 'gzip' });

    expect(answer.json).toEqual({ Greeting: 'hello Ada' });
  });

  it('reads chunked bodies and says to continue', async () => {
    const { endpoint } = await openWire({ services: [createGreeter()] });
    const headers = {
      authorization: signedFor('greeter'),
      'x-amz-target': 'Greeter_1.Greet',
      'transfer-encoding': 'chunked',
      expect: '100-continue',
    };

    expect(await raw(endpoint, headers, '{"Name":"Ada"}')).toEqual({ status: 200, text: '{"Greeting":"hello Ada"}' });
  });

  it('takes a target on any path, as clients of queues send it', async () => {
    const { endpoint } = await openWire({ services: [createGreeter()] });
    const headers = { authorization: signedFor('greeter'), 'x-amz-target': 'Greeter_1.Greet' };

    expect(await raw(endpoint, headers, '{"Name":"Ada"}', '/123456789012/queue')).toMatchObject({ status: 200 });
  });

  it.each([
    ['is not JSON', '{"Name":', 'SerializationException', 400],
    ['is no object', '["Ada"]', 'SerializationException', 400],
    ['breaks the model', '{"Name":""}', 'ValidationException', 400],
    ['misses a member', '', 'ValidationException', 400],
  ])('refuses a body that %s', async (_name, body, code, status) => {
    const { post, calls } = await openWire({ services: [createGreeter()] });

    const answer = await post('Greeter_1.Greet', body);

    expect(answer).toMatchObject({ status, json: { __type: code } });
    expect(answer.headers.get('x-amzn-errortype')).toBe(code);
    expect(calls).toMatchObject([{ operation: 'Greet', status, error: code }]);
  });

  it('does not repeat a body that it cannot parse', async () => {
    const { post } = await openWire({ services: [createGreeter()] });

    expect((await post('Greeter_1.Greet', 'hush-hush')).text).not.toContain('hush');
  });

  it('tells an operation that the API lacks from one that is not simulated', async () => {
    const { post } = await openWire({ services: [createGreeter()] });

    expect(await post('Greeter_1.Sing', '{}')).toMatchObject({
      status: 400,
      json: {
        __type: 'UnknownOperationException',
        message: "greeter has no operation 'Sing'; its simulated operations are Forget, Greet",
      },
    });
    expect(await post('Greeter_1.Wave', '{}')).toMatchObject({
      status: 501,
      json: {
        __type: 'NotImplementedException',
        message: 'greeter Wave is not simulated; its simulated operations are Forget, Greet',
      },
    });
    expect(await post('Greeter_1.constructor', '{}')).toMatchObject({ json: { __type: 'UnknownOperationException' } });
  });

  it('names the services that there are when a target belongs to none', async () => {
    const { post } = await openWire({ services: [createGreeter()] });

    const answers = [
      ['Logs_20140328.PutLogEvents', 501, 'NotImplementedException'],
      ['Logs_20140328.PutLogEvent', 400, 'UnknownOperationException'],
      ['AWSStepFunctions.StartExecution', 501, 'NotImplementedException'],
      ['DynamoDBStreams_20120810.ListStreams', 501, 'NotImplementedException'],
      ['Nonsense', 400, 'UnknownOperationException'],
    ] as const;
    for (const [target, status, __type] of answers) {
      const answer = await post(target, '{}');
      const message = `X-Amz-Target '${target}' is not simulated; the local cloud has greeter, sts`;
      expect(answer.status).toBe(status);
      expect(answer.json).toEqual({ __type, message });
    }
  });

  it('sends the members of an error, and its message in both spellings where the model has the other', async () => {
    const { post } = await openWire({
      services: [
        createGreeter(() => {
          throw new AwsError('NobodyHereException', 'nobody is here', { status: 409, members: { Resource: 'door' } });
        }),
      ],
    });

    expect(await post('Greeter_1.Greet', '{"Name":"Ada"}')).toMatchObject({
      status: 409,
      json: { __type: 'NobodyHereException', message: 'nobody is here', Message: 'nobody is here', Resource: 'door' },
    });
  });

  it('turns an unexpected error into InternalFailure and tells it as a notice only', async () => {
    const { post, notices } = await openWire({
      services: [
        createGreeter(() => {
          throw new TypeError('the shelf is empty');
        }),
      ],
    });

    const answer = await post('Greeter_1.Greet', '{"Name":"Ada"}');

    expect(answer).toMatchObject({ status: 500, json: { __type: 'InternalFailure' } });
    expect(answer.text).not.toContain('shelf');
    expect(notices).toEqual(['greeter Greet failed inside the local cloud: TypeError: the shelf is empty']);
  });
});

describe('the caller', () => {
  it.each([
    ['Basic abc', 'does not begin with AWS4-HMAC-SHA256'],
    ['AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request', "requires 'SignedHeaders' parameter"],
    ['AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0', 'is not of the form'],
  ])('is refused when its signature cannot be read: %s', async (authorization, reason) => {
    const { post } = await openWire({ services: [createGreeter()] });

    expect(await post('Greeter_1.Greet', '{}', { authorization })).toMatchObject({
      status: 400,
      json: { __type: 'IncompleteSignatureException', message: expect.stringContaining(reason) },
    });
  });

  it('is refused when a JSON request is not signed', async () => {
    const { endpoint, calls } = await openWire({ services: [createGreeter()] });

    const answer = await raw(endpoint, { 'x-amz-target': 'Greeter_1.Greet' }, '{}');

    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('MissingAuthenticationTokenException') });
    expect(calls).toMatchObject([
      { service: 'greeter', operation: 'Greet', error: 'MissingAuthenticationTokenException' },
    ]);
  });

  it('is anonymous at S3 when the request is not signed', async () => {
    const { endpoint } = await openWire({ services: [echo] });

    expect((await fetch(`${endpoint}/bucket/key`)).headers.get('x-principal')).toBe('anonymous');
  });

  it('is read from a presigned address', async () => {
    const { endpoint } = await openWire({ services: [echo] });
    const credential = encodeURIComponent('AKIDEVELOPER/20260101/eu-west-1/s3/aws4_request');

    const response = await fetch(
      `${endpoint}/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Signature=00&X-Amz-Date=${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}&X-Amz-SignedHeaders=host&X-Amz-Expires=60`,
    );

    expect(response.headers.get('x-principal')).toBe(`arn:aws:iam::${ACCOUNT_ID}:root`);
  });

  it.each([{ host: 'evil.example' }, { origin: 'https://evil.example' }, { origin: 'null' }])(
    'is refused when it is a web page of elsewhere: %o',
    async (headers) => {
      const { endpoint } = await openWire({ services: [echo] });

      expect(await raw(endpoint, { authorization: signedFor('s3'), ...headers })).toMatchObject({ status: 403 });
      expect(await raw(endpoint, { authorization: signedFor('s3'), origin: 'http://localhost:3000' })).toMatchObject({
        status: 200,
      });
    },
  );
});

describe('other protocols', () => {
  it('reach the service of the credential scope with body and path as they were sent', async () => {
    const { endpoint, calls } = await openWire({ services: [echo] });
    const content = gzipSync(createHmac('sha256', 'k').update('x').digest());

    const response = await fetch(`${endpoint}//bucket/a%20b`, {
      method: 'PUT',
      headers: { authorization: signedFor('s3'), 'content-encoding': 'gzip' },
      body: content,
    });

    expect(Buffer.from(await response.arrayBuffer())).toEqual(content);
    expect(response.headers.get('x-path')).toBe('//bucket/a%20b');
    expect(calls).toMatchObject([{ service: 's3', operation: 'PUT //bucket/a%20b', status: 200 }]);
  });

  it('may stream answers of any size', async () => {
    const size = 5_000_000;
    const streaming: LocalService = {
      name: 's3',
      http: {
        signingNames: ['s3'],
        async handle(_request, response) {
          response.writeHead(200, 'Fine', { 'content-length': size, 'x-part': ['a', 'b'] });
          await pipeline(Readable.from([Buffer.alloc(size / 2, 1), Buffer.alloc(size / 2, 2)]), response);
        },
      },
    };
    const { endpoint, calls } = await openWire({ services: [streaming] });

    const response = await fetch(`${endpoint}/b/k`);

    expect(response.headers.get('x-part')).toBe('a, b');
    expect((await response.arrayBuffer()).byteLength).toBe(size);
    expect(calls).toMatchObject([{ status: 200 }]);
  });

  it('break the connection when a streaming answer fails', async () => {
    const streaming: LocalService = {
      name: 's3',
      http: {
        signingNames: ['s3'],
        async handle(_request, response) {
          response.write('half of ');
          throw new Error('the disk is gone');
        },
      },
    };
    const { endpoint, notices } = await openWire({ services: [streaming] });

    await expect(fetch(`${endpoint}/b/k`).then((response) => response.text())).rejects.toThrow();
    expect(notices).toEqual(['s3 GET /b/k failed inside the local cloud: Error: the disk is gone']);
  });

  it('are refused with the services that there are', async () => {
    const { endpoint } = await openWire({ services: [echo] });

    const answer = await raw(endpoint, { authorization: signedFor('iot') });

    expect(answer).toEqual({
      status: 501,
      text: '{"__type":"NotImplementedException","message":"service \'iot\' is not simulated; the local cloud has s3, sts"}',
    });
  });

  it('get expired credentials refused in their own form', async () => {
    let now = Date.now();
    const clock = createClock({ realNow: () => now });
    const { endpoint, identity } = await openWire({ services: [echo], clock });
    await identity.resources?.['AWS::IAM::Role']?.({
      type: 'AWS::IAM::Role',
      logicalId: 'Role',
      stackName: 'Stack',
      assemblyDir: '',
      properties: {
        RoleName: 'r',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    });
    const { accessKeyId } = identity.issue(`arn:aws:iam::${ACCOUNT_ID}:role/r`, {
      sessionName: 's',
      durationSeconds: 900,
    });
    now += 900_000;

    const answer = await raw(endpoint, { authorization: signedFor('s3', accessKeyId) });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>ExpiredToken</Code>');
  });
});

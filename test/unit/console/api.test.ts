import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleClient, startConsole } from './console-client.ts';

let client: ConsoleClient;
beforeEach(async () => {
  client = await startConsole();
});
afterEach(() => client.close());

const HTML = { accept: 'text/html' };

/** Lets a function of the cloud begin with an event. */
function begin(event: unknown, requestId = 'request-1'): void {
  client.cloud.events.emit('invocation', { functionName: 'Stack-Gate1234', requestId, attempt: 1, event });
}

describe('the console on the port of the local cloud', () => {
  it('is a page for a browser, with a policy that lets no script run but its own', async () => {
    const { status, headers, text } = await client.send('GET', '/', HTML);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=/);
  });

  it('has everything that the page loads in itself, in less than 150 KB compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const { text } = await client.send('GET', '/', HTML);
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(2);
    const sizes = await Promise.all(files.map(async (path) => gzipSync((await client.send('GET', path)).text).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  });

  it('leaves requests of AWS clients alone', async () => {
    const { endpoint, region } = client.cloud;
    const credentials = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await expect(s3.send(new ListBucketsCommand())).resolves.toMatchObject({ Buckets: [] });
    s3.destroy();
    expect((await client.send('GET', '/')).headers['content-type']).toContain('xml');
    expect((await client.send('GET', '/_ringback/health')).json).toEqual({ status: 'ok' });
  });

  it.each<[string, Record<string, string>]>([
    ['a name of its own that leads here', { host: 'evil.example' }],
    ['another port of loopback', { origin: 'http://127.0.0.1:1' }],
    ['another site', { origin: 'https://evil.example' }],
    ['a page of another site that sends no Origin', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port that sends no Origin', { 'sec-fetch-site': 'same-site' }],
  ])('refuses what comes from %s', async (_, headers) => {
    const { status } = await client.send('GET', '/_ringback/v1/summary', headers);
    expect(status).toBe(403);
  });

  it('changes something only for whoever has the token of the address', async () => {
    const body = { speed: 60 };
    const path = '/_ringback/v1/actions/set-speed';
    expect((await client.send('POST', path, {}, body)).status).toBe(401);
    expect((await client.send('POST', path, { 'x-ringback-token': `${client.token}x` }, body)).status).toBe(401);
    expect(client.cloud.clock.speed).toBe(1);
    expect(client.address).toBe(`${client.cloud.endpoint}/#token=${client.token}`);
    expect((await client.act('set-speed', body)).status).toBe(200);
    expect(client.cloud.clock.speed).toBe(60);
  });

  it('changes nothing where it is read-only, and says so', async () => {
    await client.close();
    client = await startConsole(true);
    const { status, json } = await client.act('set-speed', { speed: 60 });
    expect([status, json.error]).toEqual([403, 'the console is read-only (--read-only)']);
    expect((await client.get('summary')).json.readOnly).toBe(true);
    expect(client.address).not.toContain('token');
  });
});

describe('what the API tells', () => {
  it('is every owed answer, by the names of constructs', async () => {
    client.deliver('one');
    client.deliver('two', { service: 'transfer' });
    const { json } = await client.get('owed');
    expect(json.items.map(({ id, functionName }: { id: string; functionName: string }) => [id, functionName])).toEqual([
      ['two', 'Stack/Gate'],
      ['one', 'Stack/Gate'],
    ]);
    expect((await client.get('summary')).json.open).toEqual({ codepipeline: 1, transfer: 1 });
    expect((await client.get('owed?filter=TRANSFER')).json.items).toHaveLength(1);
  });

  it('is one of them, with its timeline and its invocations', async () => {
    client.deliver('one');
    begin({ job: 'callback-of-one' });
    const { json } = await client.get('owed/one');
    expect(json.timeline.map(({ kind }: { kind: string }) => kind)).toEqual(['delivery', 'invocation']);
    expect(json.invocations).toMatchObject([{ id: 'request-1.1' }]);
    const { status, json: missing } = await client.get('owed/none');
    expect([status, missing.error]).toEqual([404, expect.stringContaining('there is no owed answer none')]);
  });

  it('is what has changed, as it changes', async () => {
    client.deliver('one');
    const { json: first } = await client.get('change');
    expect(first.owed).toMatchObject([{ id: 'one', state: 'delivered' }]);
    const { version } = first.summary;
    expect((await client.get(`change?since=${version}`)).json.owed).toEqual([]);
    const stream = await fetch(`${client.cloud.endpoint}/_ringback/v1/stream?since=${version}`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    client.deliver('two');
    const { value = '' } = (await reader?.read()) ?? {};
    expect(value).toMatch(/^id: [0-9a-f-]+\.\d+\nevent: change\ndata: \{.*"id":"two"/);
    expect(value).not.toContain('"id":"one"');
    await reader?.cancel();
  });

  it.each(['summary', 'invocations', 'calls', 'lines', 'functions', 'services', 'faults'])(
    'is there for %s also when nothing has happened',
    async (path) => {
      const { status, text } = await client.get(path);
      expect([status, text]).toEqual([200, expect.stringMatching(/^[{[]/)]);
    },
  );

  it('holds no secret: not under its name, not within JSON in a text, and not in a line that repeats it', async () => {
    const secret = 'continuation-7f3a9b2c4d5e6f708192';
    client.deliver('one');
    begin({ job: 'callback-of-one', continuationToken: secret, body: JSON.stringify({ password: `${secret}0` }) });
    const line = `the token is ${secret}`;
    client.cloud.events.emit('log', { functionName: 'f', requestId: 'request-1', line, stream: 'stdout' });
    const pages = ['change', 'owed/one', 'invocations/request-1.1', 'lines', 'tests/request-1.1'];
    const texts = await Promise.all(pages.map(async (path) => (await client.get(path)).text));
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    expect(texts[2]).toContain('(withheld 1)');
  });

  it('is how an invocation went: its time, and the memory that it took of what it may', async () => {
    client.deliver('one');
    begin({ job: 'callback-of-one' });
    const memory = { peakMb: 85, limitMb: 512 };
    const ended = {
      functionName: 'Stack-Gate1234',
      requestId: 'request-1',
      attempt: 1,
      durationMs: 12,
      coldStart: true,
    };
    client.cloud.events.emit('invocationEnd', { ...ended, memory });
    const { json } = await client.get('invocations');
    expect(json.items).toMatchObject([{ id: 'request-1.1', durationMs: 12, coldStart: true, memory }]);
  });

  it('says which statement a role lacks, and the line of the CDK that adds it', async () => {
    const refusal = { principal: 'arn:role', functionName: 'f', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };
    client.cloud.events.emit('refusal', refusal);
    const call = { service: 's3', operation: 'GetObject', principal: 'arn:role', status: 403, error: 'AccessDenied' };
    client.cloud.events.emit('call', { ...call, requestId: 'call-1' });
    const { json } = await client.get('calls/call-1');
    expect(JSON.parse(json.call.remedy.statement)).toEqual({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/k',
    });
    expect(json.call.remedy.cdk).toContain("addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject']");
  });

  it('stays as quick with ten thousand owed answers, and holds no more', async () => {
    for (let number = 0; number < 12_000; number++) client.deliver(`waiter-${number}`);
    const { json } = await client.get('change');
    expect(json.owed).toHaveLength(10_000);
    const since = json.summary.version;
    client.deliver('waiter-11999');
    expect((await client.get(`change?since=${since}`)).json.owed).toHaveLength(1);
  });
});

describe('a stream that was cut off', () => {
  it.each([
    ['goes on where it was', (id: string) => id, 0],
    ['begins anew at another cloud on the port', () => 'another-cloud.99', 1],
  ])('%s', async (_, idOf, told) => {
    client.deliver('one');
    const { summary } = (await client.get('change')).json;
    const headers = { 'last-event-id': idOf(`${summary.instance}.${summary.version}`) };
    const stream = await fetch(`${client.cloud.endpoint}/_ringback/v1/stream`, { headers });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const { value = '' } = (await reader?.read()) ?? {};
    expect(JSON.parse(value.split('data: ')[1] ?? '').owed).toHaveLength(told);
    await reader?.cancel();
  });
});

describe('what the API does', () => {
  it('arms a fault and takes it back, and says what is wrong with one that cannot be read', async () => {
    const { json } = await client.act('arm-fault', { spec: 'throttle:dynamodb:*' });
    expect((await client.get('faults')).json.armed).toEqual([{ id: json.id, spec: 'throttle:dynamodb:*' }]);
    await client.act('disarm-fault', { id: json.id });
    expect((await client.get('faults')).json.armed).toEqual([]);
    const refused = await client.act('arm-fault', { spec: 'melt:everything' });
    expect([refused.status, refused.json.error]).toEqual([400, expect.stringContaining('there is no fault "melt"')]);
  });

  it('moves the clock, and goes to what happens next past what does not matter', async () => {
    const { cloud } = client;
    const start = cloud.clock.now();
    await client.act('move-clock', { seconds: 3_600 });
    expect(cloud.clock.now() - start).toBeGreaterThanOrEqual(3_600_000);
    cloud.clock.after(60_000, () => undefined);
    cloud.clock.after(600_000, () => client.deliver('later'));
    const { json } = await client.act('go-to-next', {});
    expect(json.message).toBe('something happened');
    expect((await client.get('owed/later')).status).toBe(200);
    expect((await client.act('go-to-next', {})).json.message).toBe('nothing happened within an hour');
  });

  it('completes what a ledger holds, and notes that in the timeline', async () => {
    client.deliver('one');
    begin({ job: 'callback-of-one' });
    const refused = await client.act('complete', { owedId: 'one', kind: 'failed' });
    expect([refused.status, refused.json.error]).toEqual([409, expect.stringContaining('no entry')]);
    client.cloud.events.emit('environment', {
      functionName: 'f',
      requestId: 'request-1',
      attempt: 1,
      environmentId: 'e1',
    });
    client.cloud.events.emit('call', {
      service: 'dynamodb',
      operation: 'UpdateItem',
      principal: 'arn:role',
      environmentId: 'e1',
      status: 200,
      requestId: 'call-1',
      input: {
        TableName: 'ledger',
        Key: { id: { S: 'codepipeline#x' } },
        ExpressionAttributeValues: { ':phase': { S: 'waiting' }, ':dueAt': { N: '1' }, ':awaitsUntil': { N: '2' } },
      },
    });
    expect((await client.get('owed/one')).json.owed).toMatchObject({ state: 'deferred', canComplete: true });
    // While a poll looks for an answer, whoever types one goes on.
    begin({ job: 'callback-of-one' }, 'request-2');
    expect((await client.get('owed/one')).json.owed).toMatchObject({ state: 'running', canComplete: true });
    await client.act('complete', { owedId: 'one', kind: 'failed', reason: 'not today' });
    expect(client.completed).toEqual([
      { entry: { key: 'codepipeline#x', table: 'ledger' }, completion: { kind: 'failed', reason: 'not today' } },
    ]);
    const { json } = await client.get('owed/one');
    expect(json.timeline.at(-1)).toMatchObject({ kind: 'console', detail: 'not today' });
  });

  it.each<[string, object, RegExp]>([
    ['start-pipeline', {}, /"pipeline" must be a text/],
    ['start-pipeline', { pipeline: 'none' }, /PipelineNotFoundException/],
    ['start-pipeline', { pipeline: 'p', files: [{ path: '../out', base64: '' }] }, /not a path of a file/],
    ['approve', { pipeline: 'p', stage: 's', action: 'a', status: 'Maybe' }, /must be Approved or Rejected/],
    ['upload-file', { serverId: 's', userName: 'u' }, /there is no user u of server s/],
    ['provision', { productId: 'p', versionId: 'v', name: 'n' }, /ResourceNotFoundException|ValidationException/],
    ['send-event', { functionName: 'none', event: '{}' }, /there is no function none/],
    ['run-again', { invocationId: 'none' }, /there is no invocation none/],
    ['set-speed', { speed: 0 }, /must be a number from 1 to 100000/],
    ['fly', {}, /there is no action fly/],
  ])('says what is wrong with %s of %j', async (action, body, problem) => {
    const { status, json } = await client.act(action, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(json.error).toMatch(problem);
  });
});

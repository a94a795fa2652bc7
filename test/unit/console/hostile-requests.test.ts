import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleClient, startConsole } from './console-client.ts';

let client: ConsoleClient;
beforeEach(async () => {
  client = await startConsole();
});
afterEach(() => client.close());

describe('odd requests to the console', () => {
  it.each(['constructor', '__proto__', 'toString'])('has no file of the page by the name %s', async (name) => {
    const { status, json } = await client.send('GET', `/_ringback/console/${name}`);
    expect([status, json]).toEqual([404, { error: `the page has no file ${name}` }]);
  });

  it.each([[null], ['index.html'], [['index.html']]])('refuses %j as a file, and says what one is', async (file) => {
    const { status, json } = await client.act('start-pipeline', { pipeline: 'Release', files: [file] });
    expect(status).toBe(400);
    expect(json.error).toMatch(/"files".*\{ path, base64 \}/);
  });

  it.each([[5], [null], ['***'], [undefined]])('refuses %j as the bytes of a file', async (base64) => {
    const { status, json } = await client.act('start-pipeline', {
      pipeline: 'Release',
      files: [{ path: 'a', base64 }],
    });
    expect(status).toBe(400);
    expect(json.error).toMatch(/"files".*base64/);
  });

  it.each([
    ['start-pipeline', 'pipeline'],
    ['set-speed', 'speed'],
    ['start-pipeline', 'files'],
  ])('names what %s was given as %s, however deep', async (action, member) => {
    let value: unknown = 'x';
    for (let depth = 0; depth < 1_000; depth++) value = { deep: value };
    const { status, json } = await client.act(action, { pipeline: 'Release', [member]: value });
    expect(status).toBe(400);
    expect(json.error).toContain(`"${member}"`);
    expect(json.error.length).toBeLessThan(200);
  });

  it('answers a body that is too long when all of it has come', async () => {
    const { port } = client.cloud;
    const text = await new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1');
      socket.on('error', reject).on('data', (chunk) => {
        answer += chunk;
      });
      // Many a client listens when it has said all.
      socket.pause();
      socket.on('close', () => resolve(answer));
      const block = Buffer.alloc(1_000_000, ' ');
      const head = [
        'POST /_ringback/v1/actions/start-pipeline HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        `x-ringback-token: ${client.token}`,
        'Connection: close',
        `Content-Length: ${140 * block.length}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      const send = async () => {
        for (let sent = 0; sent < 140; sent++) {
          await new Promise((sentOut) => socket.write(block, sentOut));
          // What comes past the limit comes slowly.
          if (sent > 100) await new Promise((later) => setTimeout(later, 5));
        }
        socket.resume();
      };
      send().catch(reject);
    });
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toContain('the body is longer than 100000000 bytes');
  });
});

describe('what a function or a client sends, nested too deep to be read', () => {
  const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));

  it('stops neither the cloud nor the console, and is not kept', async () => {
    const invocation = { functionName: 'Stack-Gate1234', requestId: 'request-1', attempt: 1, event: deep };
    const call = { service: 's3', operation: 'PutObject', status: 200, requestId: 'request-2', input: { deep } };
    client.cloud.events.emit('invocation', invocation);
    client.cloud.events.emit('call', call as never);
    const { status, json } = await client.get('invocations');
    expect([status, json.items]).toMatchObject([200, [{ id: 'request-1.1' }]]);
    const again = await client.act('run-again', { invocationId: 'request-1.1' });
    expect([again.status, again.json.error]).toEqual([409, expect.stringMatching(/too large or nested too deep/)]);
  });

  it('is refused as an event', async () => {
    const event = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    client.cloud.lambda.functions = () => [{ functionName: 'Gate' }] as never;
    const { status, json } = await client.act('send-event', { functionName: 'Gate', event });
    expect([status, json.error]).toEqual([400, 'the event is nested more than 500 deep']);
  });
});

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
});

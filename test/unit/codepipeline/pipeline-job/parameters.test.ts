import type { PipelineJobOptions } from 'ringback/codepipeline';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerOf, eachTestHasARuntime } from './run-job.ts';

eachTestHasARuntime();

describe('parameters', () => {
  const reading = async (parameters: unknown, options: PipelineJobOptions<unknown, unknown>) => {
    let seen: unknown = 'logic did not run';
    const answer = await answerOf(
      (job) => {
        seen = job.parameters;
      },
      { parameters },
      options,
    );
    return { seen, message: answer?.input.failureDetails?.message, type: answer?.input.failureDetails?.type };
  };
  const schema = z.object({ url: z.url(), tries: z.number().default(3) });

  it.each([
    ['JSON as JSON', '{"a":1}', {}, { a: 1 }],
    ['other text as text', 'a b', {}, 'a b'],
    ['nothing as undefined', undefined, {}, undefined],
    ['JSON as text where asked', '{"a":1}', { parameters: 'text' }, '{"a":1}'],
    [
      'what a schema makes of it',
      { url: 'http://a.example/' },
      { parameters: schema },
      { url: 'http://a.example/', tries: 3 },
    ],
    ['a raw line break within a JSON text', '{"a":"one\ntwo"}', { parameters: 'json' }, { a: 'one\ntwo' }],
    ['text for a schema of texts', 'hello', { parameters: z.string() }, 'hello'],
    [
      'nothing for a schema whose members are optional',
      undefined,
      { parameters: z.object({ a: z.string().optional() }) },
      {},
    ],
  ] as const)('reads %s', async (_name, parameters, options, expected) => {
    expect(await reading(parameters, options as PipelineJobOptions<unknown, unknown>)).toMatchObject({
      seen: expected,
    });
  });

  it.each([
    ['a version', '1.10', {}],
    ['a short commit id', '12e4567', {}],
    ['an id of many digits', '12345678901234567890', {}],
    ['a number, for a schema of texts', '1234567', { parameters: z.string() }],
    ['a version, for a schema that takes anything', '1.10', { parameters: z.unknown() }],
    ['JSON, for a schema of texts', '{"path":"C:\\temp"}', { parameters: z.string() }],
    ['a word of JSON, for a choice', 'true', { parameters: z.enum(['true', 'false']) }],
  ] as const)('hands on %s as it is', async (_name, text, options) => {
    expect((await reading(text, options as PipelineJobOptions<unknown, unknown>)).seen).toBe(text);
  });

  it('tells what does not fit, and not what the schema throws at a text in the place of its object', async () => {
    const trimmed = (value: unknown) => ({ ...(value as object), name: (value as { name: string }).name.trim() });
    const parameters = z.preprocess(trimmed, z.object({ name: z.string(), tries: z.number() }));
    const { message } = await reading('{"name":" a ","tries":"x"}', { parameters });
    expect(message).toMatch(/^UserParameters does not fit: tries: /);
  });

  it.each([
    ['a number', '42', {}, 42],
    ['a version, for a schema of numbers', '1.10', { parameters: z.number() }, 1.1],
    ['JSON behind a byte order mark', '\ufeff{"a":1}', { parameters: 'json' }, { a: 1 }],
    ['digits within a text', '{"id":"12345678901234567890"}', {}, { id: '12345678901234567890' }],
    [
      'numbers in other digits of the same value',
      '[1.10,1e2,-0.0,0e999,10.50E+1,100e-2,0.000001,1.7976931348623157e308,5e-324]',
      {},
      [1.1, 100, -0, 0, 105, 1, 0.000001, Number.MAX_VALUE, Number.MIN_VALUE],
    ],
    [
      'all the digits that some programs write',
      '[0.10000000000000001,1.1000000000000001,3.1415926535897931,0.30000000000000004]',
      {},
      [0.1, 1.1, Math.PI, 0.1 + 0.2],
    ],
    ['the largest whole numbers', '[9007199254740991,-9007199254740992,1e21]', {}, [2 ** 53 - 1, -(2 ** 53), 1e21]],
  ] as const)('still reads %s', async (_name, text, options, expected) => {
    expect((await reading(text, options as PipelineJobOptions<unknown, unknown>)).seen).toEqual(expected);
  });

  it.each([
    ['digits', '{"said":"1","id":12345678901234567890}', 'the number at position 17'],
    ['digits behind the point', '[0.1,0.1234567890123456789]', 'the number at position 5'],
    ['digits on both sides of it', '[12345678901234567.89]', 'the number at position 1'],
    ['digits before an exponent', '[123456789012345678e2]', 'the number at position 1'],
    ['digits before zeros', '[-12345678901234567890.0]', 'the number at position 1'],
    ['one digit too many', '[12345678901234567]', 'the number at position 1'],
    ['a size', '[1e400]', 'the number at position 1'],
    ['a smallness', '[1e-400]', 'the number at position 1'],
  ])('refuses JSON with a number of %s that JavaScript cannot hold', async (_what, text, problem) => {
    const { message, type } = await reading(text, { parameters: z.unknown() });
    expect(message).toContain(`would be changed by reading it as JSON: ${problem}`);
    expect(type).toBe('ConfigurationError');
  });

  it.each([
    ['{"stage":"beta","stage":"prod"}', 'the member "stage" at position 16'],
    ['{"in":[{"a":{"b":1}},{"c":[],"c" : null}]}', 'the member "c" at position 29'],
  ])('refuses %s, of which JSON would drop a member', async (text, problem) => {
    const { message, seen } = await reading(text, { parameters: 'json' });
    expect(message).toContain(`would be changed by reading it as JSON: ${problem}`);
    expect(seen).toBe('logic did not run');
  });

  it('still reads a member of the same name in another object, and as a value', async () => {
    const text = '{"a":{"a":"a","b":1},"b":[{"a":1},{"a":2}],"c":"a","d":["a","a"],"{":"}","}":{"{":"\\":"}}';
    expect((await reading(text, { parameters: 'json' })).seen).toEqual(JSON.parse(text));
  });

  it('hands a text on as it is where text is asked for', async () => {
    const text = ' {"path":"C:\\temp\\new", "said":"a "quoted" word"}\r\n\u0007';
    expect((await reading(text, { parameters: 'text' })).seen).toBe(text);
    expect((await reading('C:\\temp\\new', {})).seen).toBe('C:\\temp\\new');
  });

  it.each([
    ['a drive', '{"path":"C:\\temp\\new"}'],
    ['a share', '{"paths":["\\\\server\\new"]}'],
    ['a drive, escaped in part', '{"path":"C:\\\\data\\new"}'],
    ['a drive and one letter', '{"at":"C:\\t"}'],
    ['a drive and a sign', '{"at":"C:\\n$x"}'],
    ['a drive behind a word', '{"cmd":"copy C:\\temp\\new D:"}'],
    ['a drive behind a blank', '{"at":" C:\\temp"}'],
    ['a drive behind a scheme', '["file:///C:\\temp"]'],
    ['a drive and blanks', '["C:\\\\my files\\new"]'],
    ['both kinds of separators', '{"at":"C:/work\\new"}'],
    ['a share behind a word', '{"cmd":"dir \\\\server\\new"}'],
    ['this folder', '{"cmd":"--out=.\\new"}'],
    ['the folder above', '{"at":"..\\test"}'],
    ['a home', '{"at":"~\\new"}'],
    ['a variable', '{"at":"%TEMP%\\new"}'],
    ['a variable of PowerShell', '{"at":"$env:TEMP\\new"}'],
    ['a root', '{"at":"\\temp\\new"}'],
    ['a backspace', '{"at":"src\\build"}'],
    ['a form feed', '{"at":"src\\forms"}'],
    ['a carriage return in a word', '{"at":"src\\readme"}'],
    ['a line break behind a backslash', '{"at":"src\\\n"}'],
    ['a member that is a place', '{"workDir":"src\\test"}'],
    ['one within a root', '{"path":"\\new"}'],
    ['a member itself', '{"C:\\temp":1}'],
  ])('refuses JSON that would change a path of %s in silence, however it is read', async (_what, text) => {
    for (const options of [{}, { parameters: 'json' }, { parameters: z.looseObject({}) }] as const) {
      const { message, seen, type } = await reading(text, options as PipelineJobOptions<unknown, unknown>);
      expect(message).toMatch(/would be changed by reading it as JSON.*write each twice/);
      expect([type, seen]).toEqual(['ConfigurationError', 'logic did not run']);
    }
  });

  it.each([
    ['C:\\temp\\new', { path: 'C:\\temp\\new' }],
    ['//server/new', '//server/new'],
    ['Q: yes\nno'],
    ['one\ttwo', 'one\ntwo'],
    ['line one\nline two\n', 'id\tname\r\n1\tx\r\n'],
    ['Plan A:\n\nfirst, and Plan B:\n- second'],
    ['a:\n  b: 1\nc:\n- 2\n'],
    ['ends here.\nGoes on... \nand on'],
    ['C:\\temp\nC:\\new', '\\d+\nnext', 'DOMAIN\\a\nDOMAIN\\b'],
    ['docker run \\\n  -e A=1 \\\n  image'],
    [{ file: 'A=1\nB=2', path: '/srv/new\n', note: 'a.txt\nb.txt', dir: 'C:\\temp' }],
  ])('takes JSON that says what it means: %j', async (...values) => {
    expect((await reading(JSON.stringify(values), {})).seen).toEqual(values);
  });

  it.each([
    ['a tab written by its number', '["C:\\u0009emp"]', ['C:\temp']],
    ['a raw line break', '["C:\nnew"]', ['C:\nnew']],
  ])('takes %s for what it is, even behind a drive', async (_what, text, expected) => {
    expect((await reading(text, {})).seen).toEqual(expected);
  });

  it.each([
    ['an unclosed text', `{"a":"${'\\"x\n'.repeat(100_000)}`],
    ['drives', `["${'/a:/'.repeat(100_000)} \\n"x]`],
    ['drives and line breaks', `["${'a:/\\n'.repeat(100_000)}"]`],
    ['folders', `["${'=\\\\ab'.repeat(100_000)}\\\\\\n x"]`],
    ['names', `{"dir":"${'a\\\\'.repeat(100_000)}\\n"}`],
    ['zeros', `[${'0.'.padEnd(300_000, '0')}1]`],
    ['digits', `[1${''.padEnd(300_000, '0')}1]`],
  ])('is done with %s in one pass', async (_what, text) => {
    const began = process.cpuUsage();
    await reading(text, { parameters: 'json' });
    // Quadratic, this takes minutes.
    expect(process.cpuUsage(began).user).toBeLessThan(20_000_000);
  });

  it('says where an unclosed text goes wrong', async () => {
    expect((await reading('{"a":"x\\"', { parameters: 'json' })).message).toMatch(/UserParameters is not JSON/);
  });

  it('names each field that does not fit, and no value', async () => {
    const { type, message, seen } = await reading({ url: 'secret-value', tries: 'x' }, { parameters: schema });
    expect(type).toBe('ConfigurationError');
    expect(message).toMatch(/url: .*; tries: /);
    expect(message).not.toContain('secret-value');
    expect(seen).toBe('logic did not run');
  });

  it('says where broken JSON breaks, without repeating it', async () => {
    const { message } = await reading('{"password":"hunter2"', { parameters: schema });
    expect(message).toMatch(/UserParameters is not JSON/);
    expect(message).not.toContain('hunter2');
  });
});

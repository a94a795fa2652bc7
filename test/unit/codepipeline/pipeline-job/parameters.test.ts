import type { PipelineJobOptions } from 'ringback/codepipeline';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerOf } from './run-job.ts';

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

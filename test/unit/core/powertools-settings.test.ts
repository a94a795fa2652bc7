import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A function whose logic fails, and what its service and its log then hear. */
const PROGRAM = `
import { pipelineJob } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent, recordAnswers } from 'ringback/testing';
const service = await recordAnswers();
const handler = pipelineJob(() => { throw new Error('the site is down'); });
await handler(pipelineJobEvent(), lambdaContext());
console.log(JSON.stringify({ answered: service.answers.map(({ input }) => input.failureDetails.message) }));
await service.close();
`;

/** Each is empty where a deployment has a parameter without a value. */
const SETTINGS: readonly (readonly [name: string, value: string, isTold: boolean])[] = [
  ['POWERTOOLS_LOGGER_LOG_EVENT', '', true],
  ['POWERTOOLS_LOGGER_LOG_EVENT', '1', true],
  ['POWERTOOLS_LOGGER_SAMPLE_RATE', 'often', true],
  ['POWERTOOLS_IDEMPOTENCY_DISABLED', '', false],
  ['POWERTOOLS_IDEMPOTENCY_DISABLED', 'never', false],
];

it.each(SETTINGS)('a setting of Powertools that is none costs no answer: %s=%s', async (name, value, isTold) => {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=ringback-source', '--input-type=module', '--eval', PROGRAM],
    { cwd: ROOT, env: { PATH, NODE_COMPILE_CACHE, [name]: value } },
  );
  const lines = `${stderr}${stdout}`
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toEqual({ answered: ['the site is down'] });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'the logic failed' }));
  const told = lines.filter(({ level, message }) => level === 'WARN' && message.includes(name));
  expect(told).toHaveLength(isTold ? 1 : 0);
});

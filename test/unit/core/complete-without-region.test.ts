import { complete, succeed } from 'ringback';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

it.each([
  ['garbage', /an encoded callback begins with "rb1\."/],
  ['rb1.garbage', /the encoded callback is damaged/],
  [{ service: 'codepipeline', id: '' } as never, /does not hold the id/],
])('complete says what is wrong with the callback %j, whatever else is missing', async (callback, message) => {
  await expect(complete(callback, succeed())).rejects.toThrow(message);
});

import { expect, it } from 'vitest';
import { rehearse } from '../../../lib/core/rehearsal.ts';
import { environmentRuntime } from '../../../lib/core/runtime.ts';
import { services } from '../../../lib/services.ts';

const env = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
  AWS_SECRET_ACCESS_KEY: 'example',
  // Whoever asked it would be refused.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};

it.each(services.map((service) => [service.name, service] as const))(
  'rehearses every step of an answer to %s, up to a success that is told',
  async (_name, service) => {
    const parse = () => {
      throw new Error('no event is read in a rehearsal');
    };
    const provide = environmentRuntime(env);
    const listeners = process.listeners('uncaughtException');
    const answer = await rehearse({ ...service, parse }, provide(), 'Ledger');
    expect(answer).toMatchObject({
      kind: 'reported',
      decision: { kind: 'succeeded' },
      alreadySettled: false,
      retries: 0,
    });
    expect(process.listeners('uncaughtException')).toEqual(listeners);
  },
);

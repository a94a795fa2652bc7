import { expect, it } from 'vitest';
import { answerWithin, callUntil, createConnection, systemTime } from '../../../lib/aws/index.ts';

/** Nobody listens there. */
const host = new URL('http://127.0.0.1:1');
const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00', AWS_SECRET_ACCESS_KEY: 'example' };
const connection = { ...createConnection({ env }), endpoint: () => host };
const api = { service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' } as const;
const call = (input: object) =>
  callUntil(connection, api, 'ListQueues', input, { until: Date.now(), time: systemTime, isRetryable: () => false });

it('answers requests to a host within the process, one after another and side by side, until it is ended', async () => {
  const bodies: string[] = [];
  const end = answerWithin(host, (body) => {
    bodies.push(body);
    return JSON.stringify({ said: `${body.length} chars: é` });
  });
  expect(await call({ MaxResults: 1 })).toEqual({ said: '16 chars: é' });
  const many = Array.from({ length: 3 }, (_, index) => ({ QueueNamePrefix: `ü${index}` }));
  expect(await Promise.all(many.map(call))).toHaveLength(3);
  expect(bodies).toEqual(['{"MaxResults":1}', ...many.map((input) => JSON.stringify(input))]);
  end();
  await expect(call({})).rejects.toThrow(/127\.0\.0\.1:1: .*ECONNREFUSED/);
});

it('takes a body that comes in pieces', async () => {
  const end = answerWithin(host, (body) => JSON.stringify({ length: body.length }));
  expect(await call({ QueueNamePrefix: 'x'.repeat(300_000) })).toEqual({ length: 300_022 });
  end();
});

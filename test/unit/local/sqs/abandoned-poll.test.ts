import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/cloud.ts';
import { signedFor } from '../wire/open-wire.ts';

type Input = Readonly<Record<string, string | number>>;

/** How a request of each protocol is written. */
const PROTOCOLS = {
  JSON: (operation: string, input: Input): RequestInit => ({
    headers: {
      authorization: signedFor('sqs'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
    },
    body: JSON.stringify(input),
  }),
  query: (operation: string, input: Input): RequestInit => ({
    headers: { authorization: signedFor('sqs') },
    body: new URLSearchParams({ Action: operation, Version: '2012-11-05', ...input } as Record<string, string>),
  }),
};

describe('a long poll whose caller hangs up', () => {
  it.each(['JSON', 'query'] as const)('takes no message afterwards (%s)', async (protocol) => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const isPoll = ({ operation }: { readonly operation: string }) => operation === 'ReceiveMessage';
    const cloud = await createLocalCloud({
      interceptors: [{ before: (call) => void (isPoll(call) && begun.resolve()) }],
    });
    onTestFinished(() => cloud.stop());
    cloud.events.on('call', (call) => void (isPoll(call) && ended.resolve()));
    const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/jobs`;
    const ask = async (operation: string, input: Input, signal?: AbortSignal) => {
      const init = { method: 'POST', ...PROTOCOLS[protocol](operation, input), ...(signal ? { signal } : {}) };
      return (await fetch(cloud.endpoint, init)).text();
    };
    await ask('CreateQueue', { QueueName: 'jobs' });
    const caller = new AbortController();
    const poll = ask('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 }, caller.signal);
    await begun.promise;
    const begunAt = cloud.clock.now();
    caller.abort();
    await expect(poll).rejects.toThrow('aborted');
    await ended.promise;
    expect(cloud.clock.now() - begunAt).toBeLessThan(15_000);

    await ask('SendMessage', { QueueUrl, MessageBody: 'for the next one' });

    expect(await ask('ReceiveMessage', { QueueUrl })).toContain('for the next one');
  });
});

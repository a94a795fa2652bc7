import { expect, it } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { deliveryOf, returnQueueOf } from '../../../lib/core/delivery.ts';
import type { Service } from '../../../lib/core/service.ts';
import { stepService } from '../../../lib/transfer/result-api.ts';

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/123456789012/queue';
const recognised = { id: 'a', ticket: { region: 'us-east-1', data: { token: 't' } } };

it.each<[string, Service, string | undefined, string | undefined]>([
  ['the queue that brings it back, where the service goes on waiting', stepService, QUEUE, QUEUE],
  ['no queue, where the function has none', stepService, undefined, undefined],
  ['no queue, where the service itself brings it back', jobService, QUEUE, undefined],
])('the ticket of a delivery names %s', (_what, service, queue, expected) => {
  const { ticket } = deliveryOf(service, recognised, undefined, queue);
  expect(returnQueueOf(ticket)).toBe(expected);
  expect(Object.keys(ticket.data)).toEqual(['token', ...(expected === undefined ? [] : ['returnTo'])]);
});

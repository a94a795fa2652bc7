import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceDeclaration } from '../../../../lib/local/kernel/service.ts';
import { createSqs } from '../../../../lib/local/sqs/create-sqs.ts';
import { createTestCloud, type TestCloud } from '../s3/test-cloud.ts';

let cloud: TestCloud;
let sqs: ReturnType<typeof createSqs>;

beforeAll(async () => {
  cloud = await createTestCloud((kernel) => {
    sqs = createSqs(kernel);
    return sqs;
  });
});
afterAll(() => cloud.close());

const declare = (type: string, logicalId: string, properties: ResourceDeclaration['properties']) =>
  sqs.resources?.[type]?.({ type, logicalId, stackName: 'Stack', properties, assemblyDir: '' });

describe('the queue port', () => {
  it('sends, wakes listeners, hides what it gave and deletes it', async () => {
    const { attributes, ref } = (await declare('AWS::SQS::Queue', 'Work', { VisibilityTimeout: 900 })) ?? { ref: '' };
    const arn = String(attributes?.Arn);
    expect(ref).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/123456789012\/Stack-Work-[0-9A-Z]{12}$/);
    let woken = 0;
    const stop = sqs.onVisible(arn, () => woken++);
    const principal = cloud.principal(`sqs:SendMessage ${arn}`);
    const messageId = sqs.send(arn, '{"a":1}', { principal, context: { 'aws:SourceArn': 'rule' } });
    expect(woken).toBe(1);
    expect(cloud.questions.at(-1)?.context).toMatchObject({ 'aws:SourceArn': 'rule', 'aws:SecureTransport': 'true' });
    const [message] = sqs.receive(arn, 10);
    expect(message).toMatchObject({ messageId, body: '{"a":1}', attributes: { ApproximateReceiveCount: '1' } });
    expect(sqs.receive(arn, 10)).toEqual([]);
    sqs.changeVisibility(arn, message?.receiptHandle ?? '', 0);
    expect(woken).toBe(2);
    stop();
    const [again] = sqs.receive(arn, 10);
    sqs.delete(arn, again?.receiptHandle ?? '');
    sqs.send(arn, 'unheard', { principal });
    expect(woken).toBe(2);
    expect(sqs.receive(arn, 10).map(({ body }) => body)).toEqual(['unheard']);
  });

  it('refuses a sender whom neither its own policies nor the queue allow', async () => {
    const created = await declare('AWS::SQS::Queue', 'Closed', {});
    const arn = String(created?.attributes?.Arn);
    await declare('AWS::SQS::QueuePolicy', 'Policy', {
      Queues: [created?.ref],
      PolicyDocument: { Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:PurgeQueue' }] },
    });
    const send = () => sqs.send(arn, 'x', { principal: cloud.principal() });
    expect(send).toThrow('is not authorized to perform: sqs:SendMessage');
    expect(cloud.questions.at(-1)?.policies).toBe(1);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const NOTIFY = 'NotifyProvisionProductEngineWorkflowResult';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await createTestCloud();
});
afterEach(() => cloud.close());

async function waiting() {
  cloud.launchRole();
  const queueArn = await cloud.queue('ServiceCatalogExternalProvisionOperationQueue');
  const { productId, artifactId } = await cloud.product();
  await cloud.call('ProvisionProduct', {
    ProductId: productId,
    ProvisioningArtifactId: artifactId,
    ProvisionedProductName: 'network',
    ProvisionToken: 'one',
  });
  const message = await cloud.message(queueArn);
  return {
    WorkflowToken: message.token as string,
    RecordId: message.recordId as string,
    Status: 'SUCCEEDED',
    IdempotencyToken: message.recordId as string,
    ResourceIdentifier: { UniqueTag: { Key: 'tracer', Value: 'pp' } },
  };
}

describe('an engine that answers', () => {
  it.each([
    ['a record that nobody knows', { RecordId: 'rec-unknown' }, 'ResourceNotFoundException'],
    ['a wrong token', { WorkflowToken: 'd3Jvbmc=' }, 'InvalidParametersException'],
    ['success without the resources', { ResourceIdentifier: undefined }, 'InvalidParametersException'],
    ['success with a tag of no key', { ResourceIdentifier: { UniqueTag: {} } }, 'InvalidParametersException'],
    ['a token of other characters', { WorkflowToken: '965d4597-3088' }, 'ValidationException'],
    ['a status that does not exist', { Status: 'DONE' }, 'ValidationException'],
    ['an empty reason', { Status: 'FAILED', FailureReason: '' }, 'ValidationException'],
    ['a reason with a terminal escape', { Status: 'FAILED', FailureReason: '\u001b[31mno' }, 'ValidationException'],
    ['a reason that is too long', { Status: 'FAILED', FailureReason: 'x'.repeat(2049) }, 'ValidationException'],
    ['no idempotency token', { IdempotencyToken: undefined }, 'ValidationException'],
  ])('is refused for %s', async (_, override, code) => {
    const answer = await waiting();
    await expect(cloud.call(NOTIFY, { ...answer, ...override })).rejects.toMatchObject({ code });
    expect(cloud.seen('answer')).toEqual([]);
  });

  it('is refused by the operation of another kind of record', async () => {
    const { ResourceIdentifier: _, ...answer } = await waiting();
    await expect(cloud.call('NotifyUpdateProvisionedProductEngineWorkflowResult', answer)).rejects.toThrow(
      'answer it by NotifyProvisionProductEngineWorkflowResult',
    );
  });

  it('may repeat its answer, but not change it', async () => {
    const answer = await waiting();
    await cloud.call(NOTIFY, answer);
    await cloud.call(NOTIFY, answer);
    expect(cloud.seen('answer')).toHaveLength(1);
    await expect(cloud.call(NOTIFY, { ...answer, Status: 'FAILED' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect((await cloud.service.waitForRecord(answer.RecordId)).status).toBe('SUCCEEDED');
  });

  it('needs the permission of that one operation', async () => {
    const answer = await waiting();
    const refused = cloud.call(NOTIFY, answer, cloud.as('servicecatalog:DescribeRecord'));
    await expect(refused).rejects.toThrow(`not authorized to perform: servicecatalog:${NOTIFY}`);
    await cloud.call(NOTIFY, answer, cloud.as(`servicecatalog:${NOTIFY}`));
  });

  it('does not find its token in what watchers see', async () => {
    const answer = await waiting();
    await cloud.call(NOTIFY, answer);
    const events = (['delivery', 'answer', 'state', 'notice'] as const).flatMap((name) => cloud.seen(name));
    expect(JSON.stringify(events)).not.toContain(answer.WorkflowToken);
  });
});

import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProduct } from '../../infra/scenarios/document-product.ts';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { declareEveryTask } from './every-task-stack.ts';
import { type Journey, startJourney } from './journey.ts';

let journey: Journey;

beforeAll(async () => {
  journey = await startJourney('EveryTask', declareEveryTask, { speed: 60 });
});
afterAll(() => journey?.close());

it('a job of a worker is answered from a build', async () => {
  const { cloud, client, output } = journey;
  const s3 = new S3Client(client);
  await s3.send(new PutObjectCommand({ Bucket: output('SourceBucket'), Key: 'source.zip', Body: 'anything' }));
  const start = new StartPipelineExecutionCommand({ name: 'ships' });
  const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(start);
  const execution = await cloud.codepipeline.waitForExecution('ships', pipelineExecutionId);
  expect(execution).toMatchObject({ status: 'Succeeded' });
  expect(JSON.stringify(execution)).toContain('"Shipped":"to the moon"');
});

it('a provisioning operation is answered from a build: its exported variables are the outputs, its failure the reason', async () => {
  const stage = { client: journey.client } as unknown as Parameters<typeof createProduct>[0];
  const call = serviceCatalogClient(stage);
  const product = await createProduct(stage, call, journey.output('LaunchRoleName'));
  const operate = async (operation: string, shelves: string, more: object) => {
    const { RecordDetail } = await call(operation, {
      ProvisionedProductName: 'room',
      ProvisioningParameters: [{ Key: 'shelves', Value: shelves }],
      ...more,
    });
    return journey.cloud.servicecatalog.waitForRecord((RecordDetail as { RecordId: string }).RecordId);
  };
  const { productId: ProductId, artifactId: ProvisioningArtifactId } = product;
  const made = await operate('ProvisionProduct', '4', {
    ProductId,
    ProvisioningArtifactId,
    ProvisionToken: newToken(),
  });
  expect(made).toMatchObject({ productStatus: 'AVAILABLE', outputs: { Door: 'room-4' } });
  const failed = await operate('UpdateProvisionedProduct', '9', { UpdateToken: newToken() });
  expect(failed).toMatchObject({
    productStatus: 'TAINTED',
    reason: expect.stringMatching(/failed in BUILD: .*test "\$SHELVES" -le 5/),
  });
});

import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct } from '../../infra/scenarios/document-product.ts';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { EngineStack } from '../../infra/stacks/engine-stack.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import type { RecordResult } from '../../lib/local/servicecatalog/record-result.ts';
import { temporaryFolder } from '../infra/fixture.ts';

const NOTIFY = 'servicecatalog:NotifyProvisionProductEngineWorkflowResult';
const assembly = `${temporaryFolder()}/cdk.out`;

beforeAll(() => {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: assembly });
  new EngineStack(app, 'RingbackEngine');
  app.synth();
}, 60_000);

const clouds: LocalCloud[] = [];
afterAll(async () => {
  for (const cloud of clouds) await cloud.stop();
});

/** Provisions a product while something goes wrong. */
async function provisionUnder(
  ...faults: string[]
): Promise<{ result: RecordResult; answers: number; cloud: LocalCloud }> {
  const cloud = await createLocalCloud({ speed: 2_000, faults });
  clouds.push(cloud);
  let answers = 0;
  cloud.events.on('answer', () => answers++);
  await cloud.deploy({ assembly });
  const credentials = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
  const client = { region: cloud.region, endpoint: cloud.endpoint, credentials, forcePathStyle: true } as const;
  const call = serviceCatalogClient({ client });
  const { productId, artifactId } = await createProduct({ client } as never, call, 'SCLaunchRingbackExample');
  const { RecordDetail: record } = await call('ProvisionProduct', {
    ProductId: productId,
    ProvisioningArtifactId: artifactId,
    ProvisionedProductName: 'room',
    ProvisioningParameters: [{ Key: 'title', Value: 'Room' }],
    ProvisionToken: newToken(),
  });
  const result = await cloud.servicecatalog.waitForRecord((record as { RecordId: string }).RecordId);
  return { result, answers, cloud };
}

describe('an operation is answered once', () => {
  it.each([
    ['its process dies before it can report', [`kill:before:${NOTIFY}`]],
    ['its process dies when it has reported', [`kill:after:${NOTIFY}`]],
    ['its answer is throttled', [`throttle:${NOTIFY}:times=3`]],
    ['its answer is lost on the way', [`lost:${NOTIFY}`]],
    ['Service Catalog fails three times', [`error:${NOTIFY}:times=3`]],
  ])('with the success that was decided when %s', async (_, faults) => {
    const { result, answers } = await provisionUnder(...faults);
    expect(result).toMatchObject({ status: 'SUCCEEDED', productStatus: 'AVAILABLE' });
    expect(answers).toBe(1);
  });

  it.each([
    ['its process dies before it decided', ['kill:before:s3:PutObject']],
    ['its process dies after it wrote, before it decided', ['kill:after:s3:PutObject']],
    ['its process dies when it has asked for a resource', ['kill:after:cloudcontrol:CreateResource']],
  ])('with the success of the next attempt, which finds the request of the first, when %s', async (_, faults) => {
    const { result, answers } = await provisionUnder(...faults);
    expect(result).toMatchObject({ status: 'SUCCEEDED', productStatus: 'AVAILABLE' });
    expect(answers).toBe(1);
  });
});

import { App } from 'aws-cdk-lib';
import { createLocalCloud } from 'ringback/local';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cloudControlClient, propertiesOf } from '../../infra/scenarios/cloud-control-client.ts';
import { createProduct } from '../../infra/scenarios/document-product.ts';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { EngineStack } from '../../infra/stacks/engine-stack.ts';
import { temporaryFolder } from '../infra/fixture.ts';
import { CREDENTIALS } from './journey.ts';

const assembly = `${temporaryFolder()}/cdk.out`;
const SECRET = 'AWS::SecretsManager::Secret';
const PARAMETER = 'AWS::SSM::Parameter';
const DOOR = '/rooms/front-door';

beforeAll(() => {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: assembly });
  new EngineStack(app, 'RingbackEngine');
  app.synth();
}, 60_000);

const DEFINITION = JSON.stringify({
  resources: [
    { name: 'Login', typeName: SECRET, desiredState: { Name: 'rooms/login', SecretString: 'open sesame' } },
    { name: 'Door', typeName: PARAMETER, desiredState: { Name: DOOR, Type: 'String', Value: 'ours' } },
  ],
});

/** An engine, a product of a secret and a parameter, and a look at what there is. */
async function startEngine(...faults: string[]) {
  const cloud = await createLocalCloud({ speed: 1_000, faults });
  onTestFinished(() => cloud.stop());
  await cloud.deploy({ assembly });
  const client = { region: cloud.region, endpoint: cloud.endpoint, credentials: CREDENTIALS, forcePathStyle: true };
  const stage = { client } as Parameters<typeof createProduct>[0];
  const call = serviceCatalogClient(stage);
  const { productId, artifactId } = await createProduct(stage, call, 'SCLaunchRingbackExample', {
    content: DEFINITION,
  });
  const cloudControl = cloudControlClient(stage);

  async function operate(operation: string, input: object) {
    const { RecordDetail } = await call(operation, { ProvisionedProductName: 'room', ...input });
    return cloud.servicecatalog.waitForRecord((RecordDetail as { RecordId: string }).RecordId);
  }
  return {
    cloudControl,
    provision: () =>
      operate('ProvisionProduct', {
        ProductId: productId,
        ProvisioningArtifactId: artifactId,
        ProvisionToken: newToken(),
      }),
    terminate: () => operate('TerminateProvisionedProduct', { TerminateToken: newToken() }),
    async identifiers(TypeName: string): Promise<readonly string[]> {
      const { ResourceDescriptions } = await cloudControl('ListResources', { TypeName });
      return (ResourceDescriptions as { Identifier: string }[]).map(({ Identifier }) => Identifier);
    },
    async untilThere(TypeName: string, identifier: string) {
      for (;;) {
        const properties = await propertiesOf(cloudControl, TypeName, identifier).catch(() => undefined);
        if (properties !== undefined) return properties;
        await cloud.clock.sleep(500);
      }
    },
  };
}

describe('a product of several resources', () => {
  it('takes nothing over that was there before, and deletes nothing but its own', async () => {
    const { cloudControl, provision, terminate, identifiers, untilThere } = await startEngine();
    const DesiredState = JSON.stringify({ Name: DOOR, Type: 'String', Value: "somebody else's" });
    await cloudControl('CreateResource', { TypeName: PARAMETER, DesiredState });
    await untilThere(PARAMETER, DOOR);

    const failed = await provision();
    expect(failed).toMatchObject({
      productStatus: 'TAINTED',
      reason: expect.stringMatching(/AlreadyExists.*done before it/),
    });
    expect(await identifiers(SECRET)).toHaveLength(1);

    expect(await terminate()).toMatchObject({ productStatus: 'TERMINATED' });
    expect(await identifiers(SECRET)).toEqual([]);
    expect(await propertiesOf(cloudControl, PARAMETER, DOOR)).toMatchObject({ Value: "somebody else's" });
  });

  it('knows what a failure may have left, and deletes that in the end', async () => {
    const { provision, terminate, identifiers } = await startEngine(
      `handler-error:after:${PARAMETER}:CREATE:Throttling`,
    );
    const failed = await provision();
    expect(failed).toMatchObject({ productStatus: 'TAINTED', reason: expect.stringContaining('may have been left') });
    expect(await identifiers(PARAMETER)).toEqual([DOOR]);

    expect(await terminate()).toMatchObject({ productStatus: 'TERMINATED' });
    expect(await identifiers(PARAMETER)).toEqual([]);
  });
});

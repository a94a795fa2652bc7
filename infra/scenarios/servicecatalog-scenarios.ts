import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import { cloudControlClient, propertiesOf } from './cloud-control-client.ts';
import { type CatalogProduct, createProduct } from './document-product.ts';
import { expectEqual, expectMatch, expectState, follow, provision } from './provisioning.ts';
import { newToken, type ServiceCatalogCall, serviceCatalogClient } from './service-catalog-client.ts';

const STACK = 'RingbackEngine';
const service = 'servicecatalog';
const QUEUE = 'ServiceCatalogExternalProvisionOperationQueue';

/** The scenarios of the example engine. */
export const serviceCatalogScenarios: readonly Scenario[] = [
  {
    name: 'product-lifecycle',
    service,
    title: 'a product is provisioned, updated and terminated; its form comes from the parameter parser',
    async run(stage) {
      const call = serviceCatalogClient(stage);
      const product = await createProduct(stage, call, launchRoleOf(stage));
      await checkForm(call, product);
      const made = await provision(stage, call, product, 'reading-room', {
        title: 'Reading room',
        password: 'open sesame',
      });
      expectState(made, 'AVAILABLE');
      const door = made.outputs.Door ?? '';
      expectMatch('the sign', made.outputs.Sign, /^Reading room, 3 shelves, key arn:aws:secretsmanager:/);
      expectEqual('the secret output', made.outputs.Login, '(sensitive value)');
      const cloudControl = cloudControlClient(stage);
      const signOf = async () => (await propertiesOf(cloudControl, 'AWS::SSM::Parameter', door)).Value;
      const ProvisionedProductName = 'reading-room';
      const updated = await follow(stage, call, 'UpdateProvisionedProduct', {
        ProvisionedProductName,
        ProvisioningParameters: [{ Key: 'shelves', Value: '5' }],
        UpdateToken: newToken(),
      });
      expectState(updated, 'AVAILABLE');
      expectMatch('the sign after the update', await signOf(), /^Reading room, 5 shelves/);
      const ended = await follow(stage, call, 'TerminateProvisionedProduct', {
        ProvisionedProductName,
        TerminateToken: newToken(),
      });
      expectState(ended, 'TERMINATED');
      await signOf().then(
        () => Promise.reject(new Error(`${door} is still there`)),
        () => undefined,
      );
      return { expected: 3 };
    },
  },
  {
    name: 'product-fails',
    service,
    title: 'a parameter that is not allowed fails the product: it is tainted, and an update mends it',
    async run(stage) {
      const call = serviceCatalogClient(stage);
      const product = await createProduct(stage, call, launchRoleOf(stage));
      const failed = await provision(stage, call, product, 'too-large', { title: 'Archive', shelves: '900' });
      expectState(failed, 'TAINTED', /shelves: must be one of 1, 3, 5/);
      const mended = await follow(stage, call, 'UpdateProvisionedProduct', {
        ProvisionedProductName: 'too-large',
        ProvisioningParameters: [
          { Key: 'title', Value: 'Archive' },
          { Key: 'shelves', Value: '5' },
        ],
        UpdateToken: newToken(),
      });
      expectState(mended, 'AVAILABLE');
      return { expected: 2 };
    },
  },
  {
    name: 'product-broken-artifact',
    service,
    title: 'the product.json of a version breaks off: parser and engine name file and line',
    async run(stage) {
      const call = serviceCatalogClient(stage);
      const broken = '{\n  "parameters": [],\n  "resources": {]\n}\n';
      const product = await createProduct(stage, call, launchRoleOf(stage), { content: broken });
      const where = /product\.json, line 3, column 17/;
      const form = await checkForm(call, product).catch((error: Error) => error.message);
      if (!where.test(form ?? '')) throw new Error(`expected the parser to fail with ${where}, but got ${form}`);
      expectState(await provision(stage, call, product, 'broken', {}), 'TAINTED', where);
      return { expected: 1 };
    },
  },
  {
    name: 'poison-message',
    service,
    title: 'a message that nobody can read or answer ends in the dead-letter queue; the next one is served',
    async run(stage) {
      const sqs = new SQSClient(stage.client);
      const queueUrl = `${stage.client.endpoint}/${stage.cloud.accountId}/${QUEUE}`;
      const deadLetters = outputOf(stage, 'DeadLetterQueueUrl');
      const before = await countOf(sqs, deadLetters);
      // The engine gets it five times, the last resort six, a visibility timeout apart: 45 minutes that nobody need wait.
      const restore = [
        await shortenVisibility(sqs, queueUrl),
        await shortenVisibility(sqs, outputOf(stage, 'LastResortQueueUrl')),
      ];
      const MessageBody = '{"operation": "PROVISION_PRODUCT", "token": ';
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
      while ((await countOf(sqs, deadLetters)) === before) await stage.cloud.clock.sleep(2_000, stage.signal);
      for (const back of restore) await back();

      const call = serviceCatalogClient(stage);
      const product = await createProduct(stage, call, launchRoleOf(stage));
      expectState(await provision(stage, call, product, 'after-poison', { title: 'Cellar' }), 'AVAILABLE');
      return { expected: 1 };
    },
  },
];

/** The form that a user would see, out of the parser. @throws Error when it is not the one of the product */
async function checkForm(call: ServiceCatalogCall, { productId, artifactId }: CatalogProduct): Promise<undefined> {
  const { ProvisioningArtifactParameters: form } = await call('DescribeProvisioningParameters', {
    ProductId: productId,
    ProvisioningArtifactId: artifactId,
  });
  const keys = (form as readonly { ParameterKey: string }[]).map(({ ParameterKey }) => ParameterKey);
  expectEqual('the parameters', keys, ['title', 'shelves', 'password']);
  return undefined;
}

/** Hands a queue's messages out again after a second, until the function that it gives is called. */
async function shortenVisibility(sqs: SQSClient, QueueUrl: string): Promise<() => Promise<void>> {
  const AttributeNames = ['VisibilityTimeout' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  const set = async (VisibilityTimeout: string) => {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  };
  await set('1');
  return () => set(Attributes?.VisibilityTimeout ?? '30');
}

async function countOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

function launchRoleOf(stage: Stage): string {
  return outputOf(stage, 'LaunchRoleName');
}

function outputOf({ deployment }: Stage, name: string): string {
  const value = deployment.stacks.find((stack) => stack.name === STACK)?.outputs[name];
  if (typeof value !== 'string') throw new Error(`${STACK} has no output ${name}`);
  return value;
}

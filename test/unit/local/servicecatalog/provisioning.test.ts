import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, artifactProperties, createTestCloud, LAUNCH_ROLE, type TestCloud } from './test-cloud.ts';

const TRACER = 'SERVICE_CATALOG_TERRAFORM_INTEGRATION-DO_NOT_DELETE';
const EXTERNAL = {
  provision: 'ServiceCatalogExternalProvisionOperationQueue',
  update: 'ServiceCatalogExternalUpdateOperationQueue',
  terminate: 'ServiceCatalogExternalTerminateOperationQueue',
};

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await createTestCloud();
});
afterEach(() => cloud.close());

const token = () => crypto.randomUUID();

/** Provisions a product of a catalog with one, and gives the message that its engine got. */
async function provision(input: object = {}) {
  const queueArn = await cloud.queue(EXTERNAL.provision);
  const { productId, artifactId } = await cloud.product();
  const { RecordDetail: record } = await cloud.call('ProvisionProduct', {
    ProductId: productId,
    ProvisioningArtifactId: artifactId,
    ProvisionedProductName: 'network',
    ProvisionToken: token(),
    ...input,
  });
  const message = await cloud.message(queueArn);
  return { productId, artifactId, record, message };
}

function success(message: { token: string; recordId: string; provisionedProductId: string }) {
  return {
    WorkflowToken: message.token,
    RecordId: message.recordId,
    Status: 'SUCCEEDED',
    IdempotencyToken: message.recordId,
    ResourceIdentifier: { UniqueTag: { Key: TRACER, Value: message.provisionedProductId } },
    Outputs: [{ OutputKey: 'id', OutputValue: 'vpc-1', Description: 'of the network' }],
  };
}

const statusOf = async (id: string) => {
  const { ProvisionedProductDetail: detail } = await cloud.call('DescribeProvisionedProduct', { Id: id });
  return detail.Status;
};

/** Provisions, and lets the engine succeed. */
async function provisioned(input: object = {}) {
  cloud.launchRole();
  const { message, ...rest } = await provision(input);
  await cloud.call('NotifyProvisionProductEngineWorkflowResult', success(message));
  return { id: message.provisionedProductId as string, message, ...rest };
}

describe('ProvisionProduct', () => {
  it('sends one message, with every member that a live one has, and S3 in capitals', async () => {
    const { message, record, productId, artifactId } = await provision({
      ProvisioningParameters: [{ Key: 'cidr', Value: '10.0.0.0/16' }],
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    expect(message).toEqual({
      token: expect.stringMatching(/^[0-9A-Za-z+/=]+$/),
      operation: 'PROVISION_PRODUCT',
      provisionedProductId: expect.stringMatching(/^pp-[a-z2-7]{13}$/),
      provisionedProductName: 'network',
      productId,
      provisioningArtifactId: artifactId,
      recordId: record.RecordId,
      launchRoleArn: LAUNCH_ROLE,
      artifact: { path: expect.stringMatching(/^S3:\/\/sc-[0-9a-f]{32}-us-east-1\/out\/\w+\/[\w-]+$/), type: 'AWS_S3' },
      identity: { principal: ACCOUNT, awsAccountId: ACCOUNT, organizationId: null },
      parameters: [{ key: 'cidr', value: '10.0.0.0/16' }],
      tags: [{ key: 'team', value: 'a' }],
    });
    expect(await statusOf(message.provisionedProductId)).toBe('UNDER_CHANGE');
    const { RecordDetail: detail } = await cloud.call('DescribeRecord', { Id: record.RecordId });
    expect(detail).toMatchObject({ Status: 'IN_PROGRESS', RecordType: 'PROVISION_PRODUCT' });
    expect(cloud.seen('delivery')).toMatchObject([{ service: 'servicecatalog', callbackId: record.RecordId }]);
  });

  it('copies the artifact as it was when the version was made, tagged for engines', async () => {
    const { message } = await provision();
    cloud.upload('first.zip', 'replaced since');
    const [, bucket = '', key = ''] = /^S3:\/\/([^/]+)\/(.+)$/.exec(message.artifact.path) ?? [];
    const copy = cloud.s3.get(cloud.root, bucket, key);
    expect(readFileSync(copy.file, 'utf8')).toBe('the first version');
    expect(copy.tags).toEqual({ 'servicecatalog:provisioning': 'true' });
  });

  it('gives a repeated request the same record, and refuses its token for another', async () => {
    const ProvisionToken = token();
    const { record, productId, artifactId } = await provision({ ProvisionToken });
    const input = { ProductId: productId, ProvisioningArtifactId: artifactId, ProvisionToken };
    const again = await cloud.call('ProvisionProduct', { ...input, ProvisionedProductName: 'network' });
    expect(again.RecordDetail.RecordId).toBe(record.RecordId);
    await expect(cloud.call('ProvisionProduct', { ...input, ProvisionedProductName: 'other' })).rejects.toMatchObject({
      code: 'InvalidParametersException',
    });
    await expect(
      cloud.call('ProvisionProduct', { ...input, ProvisionedProductName: 'network', ProvisionToken: token() }),
    ).rejects.toMatchObject({ code: 'DuplicateResourceException' });
  });

  it('needs a launch role', async () => {
    const { productId, artifactId } = await cloud.product('EXTERNAL', null);
    const call = cloud.call('ProvisionProduct', {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
      ProvisionedProductName: 'network',
      ProvisionToken: token(),
    });
    await expect(call).rejects.toThrow('needs a launch constraint');
  });

  it.each([
    ['there is no queue of that name', 'SomeOtherQueue', {}],
    [
      'its policy is for other accounts',
      EXTERNAL.provision,
      { Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } },
    ],
  ])('fails the record, and says so once, where %s', async (_, queueName, statement) => {
    await cloud.queue(queueName, statement);
    const { productId, artifactId } = await cloud.product();
    const { RecordDetail: record } = await cloud.call('ProvisionProduct', {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
      ProvisionedProductName: 'network',
      ProvisionToken: token(),
    });
    const result = await cloud.service.waitForRecord(record.RecordId);
    expect(result).toMatchObject({ status: 'FAILED', productStatus: 'ERROR' });
    expect(result.reason).toContain(EXTERNAL.provision);
    expect(cloud.seen('notice')).toHaveLength(1);
    expect(cloud.seen('delivery')).toHaveLength(0);
  });
});

describe('the lifecycle', () => {
  it('is AVAILABLE after a success, with outputs', async () => {
    const { id, record } = await provisioned();
    expect(await statusOf(id)).toBe('AVAILABLE');
    const described = await cloud.call('DescribeRecord', { Id: record.RecordId });
    expect(described.RecordDetail.Status).toBe('SUCCEEDED');
    expect(described.RecordOutputs).toEqual([{ OutputKey: 'id', OutputValue: 'vpc-1', Description: 'of the network' }]);
    expect(cloud.seen('answer')).toMatchObject([{ callbackId: record.RecordId, kind: 'succeeded' }]);
    expect(cloud.seen('state').map(({ state }) => state)).toEqual(['UNDER_CHANGE', 'AVAILABLE']);
  });

  it('is TAINTED after a failure that names its resources, and can be updated', async () => {
    cloud.launchRole();
    const { message } = await provision();
    await cloud.call('NotifyProvisionProductEngineWorkflowResult', {
      ...success(message),
      Status: 'FAILED',
      FailureReason: 'no more addresses',
    });
    expect(await statusOf(message.provisionedProductId)).toBe('TAINTED');
    const { RecordDetail: record } = await cloud.call('DescribeRecord', { Id: message.recordId });
    expect(record.RecordErrors[0].Description).toBe('no more addresses');
    await cloud.queue(EXTERNAL.update);
    await cloud.call('UpdateProvisionedProduct', {
      ProvisionedProductId: message.provisionedProductId,
      UpdateToken: token(),
    });
  });

  it('is ERROR after a failure that names none, and can only be terminated', async () => {
    const { message } = await provision();
    const { ResourceIdentifier: _, ...bare } = success(message);
    await cloud.call('NotifyProvisionProductEngineWorkflowResult', { ...bare, Status: 'FAILED' });
    const ProvisionedProductId = message.provisionedProductId;
    expect(await statusOf(ProvisionedProductId)).toBe('ERROR');
    await expect(
      cloud.call('UpdateProvisionedProduct', { ProvisionedProductId, UpdateToken: token() }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
    await cloud.queue(EXTERNAL.terminate);
    await cloud.call('TerminateProvisionedProduct', { ProvisionedProductId, TerminateToken: token() });
  });

  it('is ERROR after a success whose resources cannot be grouped under the launch role', async () => {
    cloud.launchRole(['tag:TagResources']);
    const { message } = await provision();
    await cloud.call('NotifyProvisionProductEngineWorkflowResult', success(message));
    const result = await cloud.service.waitForRecord(message.recordId);
    expect(result).toMatchObject({ status: 'FAILED', productStatus: 'ERROR' });
    expect(result.reason).toContain('not authorized to create the resource group');
  });

  it('updates with the parameters that the request names, those of before where it says so', async () => {
    const { id, artifactId } = await provisioned({
      ProvisioningParameters: [
        { Key: 'cidr', Value: '10.0.0.0/16' },
        { Key: 'zones', Value: '2' },
        { Key: 'unnamed', Value: 'x' },
      ],
    });
    const queueArn = await cloud.queue(EXTERNAL.update);
    await cloud.call('UpdateProvisionedProduct', {
      ProvisionedProductId: id,
      ProvisioningParameters: [
        { Key: 'cidr', UsePreviousValue: true },
        { Key: 'zones', Value: '3' },
      ],
      UpdateToken: token(),
    });
    const message = await cloud.message(queueArn);
    expect(message).toMatchObject({ operation: 'UPDATE_PROVISIONED_PRODUCT', provisioningArtifactId: artifactId });
    expect(message.parameters).toEqual([
      { key: 'cidr', value: '10.0.0.0/16' },
      { key: 'zones', value: '3' },
    ]);
    const { ResourceIdentifier: _, ...answer } = success(message);
    await cloud.call('NotifyUpdateProvisionedProductEngineWorkflowResult', answer);
    expect(await statusOf(id)).toBe('AVAILABLE');
  });

  it('is TAINTED after a failed update', async () => {
    const { id } = await provisioned();
    const queueArn = await cloud.queue(EXTERNAL.update);
    await cloud.call('UpdateProvisionedProduct', { ProvisionedProductId: id, UpdateToken: token() });
    const { token: WorkflowToken, recordId: RecordId } = await cloud.message(queueArn);
    const answer = { WorkflowToken, RecordId, Status: 'FAILED', IdempotencyToken: 'x', FailureReason: 'no quota' };
    await cloud.call('NotifyUpdateProvisionedProductEngineWorkflowResult', answer);
    expect(await statusOf(id)).toBe('TAINTED');
  });

  it('is gone after it is terminated, by a message without artifact, parameters and tags; its records stay', async () => {
    const { id } = await provisioned();
    const queueArn = await cloud.queue(EXTERNAL.terminate);
    const input = { ProvisionedProductId: id, TerminateToken: token() };
    const { RecordDetail: record } = await cloud.call('TerminateProvisionedProduct', input);
    const message = await cloud.message(queueArn);
    expect(Object.keys(message).sort()).toEqual([
      'identity',
      'launchRoleArn',
      'operation',
      'provisionedProductId',
      'provisionedProductName',
      'recordId',
      'token',
    ]);
    const answer = {
      WorkflowToken: message.token,
      RecordId: message.recordId,
      Status: 'SUCCEEDED',
      IdempotencyToken: 'x',
    };
    await cloud.call('NotifyTerminateProvisionedProductEngineWorkflowResult', answer);
    await expect(statusOf(id)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    expect((await cloud.service.waitForRecord(record.RecordId)).productStatus).toBe('TERMINATED');
    const history = await cloud.call('ListRecordHistory', { SearchFilter: { Key: 'provisionedproduct', Value: id } });
    expect(history.RecordDetails.map(({ RecordType }: { RecordType: string }) => RecordType)).toEqual([
      'TERMINATE_PROVISIONED_PRODUCT',
      'PROVISION_PRODUCT',
    ]);
  });

  it.each([
    [false, 'TAINTED'],
    [true, 'TERMINATED'],
  ])('after a failed termination with IgnoreErrors %s is %s', async (IgnoreErrors, state) => {
    const { id } = await provisioned();
    const queueArn = await cloud.queue(EXTERNAL.terminate);
    await cloud.call('TerminateProvisionedProduct', {
      ProvisionedProductId: id,
      TerminateToken: token(),
      IgnoreErrors,
    });
    const { token: WorkflowToken, recordId: RecordId } = await cloud.message(queueArn);
    const answer = { WorkflowToken, RecordId, Status: 'FAILED', IdempotencyToken: 'x', FailureReason: 'in use' };
    await cloud.call('NotifyTerminateProvisionedProductEngineWorkflowResult', answer);
    expect((await cloud.service.waitForRecord(RecordId)).productStatus).toBe(state);
  });

  it('refuses a second operation while one runs', async () => {
    const { message } = await provision();
    const ProvisionedProductId = message.provisionedProductId;
    await expect(
      cloud.call('TerminateProvisionedProduct', { ProvisionedProductId, TerminateToken: token(), IgnoreErrors: true }),
    ).rejects.toThrow(
      "Can't terminate provisioned product because it's still under change or its status does not allow further operation",
    );
    await expect(
      cloud.call('UpdateProvisionedProduct', { ProvisionedProductId, UpdateToken: token() }),
    ).rejects.toThrow("Can't update provisioned product because it's still under change");
  });

  it('is found by name, state and product', async () => {
    const { id } = await provisioned();
    const search = async (...SearchQuery: string[]) => {
      const found = await cloud.call('SearchProvisionedProducts', { Filters: { SearchQuery } });
      return found.ProvisionedProducts.map(({ Id }: { Id: string }) => Id);
    };
    expect(await search('name:network', 'status:AVAILABLE')).toEqual([id]);
    expect(await search('status:TAINTED')).toEqual([]);
    expect(await search('netw')).toEqual([id]);
    expect(await search('provisioningArtifactName:v1', 'createdTime:never')).toEqual([]);
    expect(await search('provisioningArtifactName:v1')).toEqual([id]);
  });

  it('are sorted, by a field that there is', async () => {
    const { id, productId, artifactId } = await provisioned();
    const { RecordDetail: later } = await cloud.call('ProvisionProduct', {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
      ProvisionedProductName: 'access',
      ProvisionToken: token(),
    });
    const sorted = async (by: object) =>
      (await cloud.call('SearchProvisionedProducts', by)).ProvisionedProducts.map(({ Id }: { Id: string }) => Id);
    expect(await sorted({ SortBy: 'name' })).toEqual([later.ProvisionedProductId, id]);
    expect(await sorted({ SortBy: 'name', SortOrder: 'DESCENDING' })).toEqual([id, later.ProvisionedProductId]);
    await expect(sorted({ SortBy: 'colour' })).rejects.toThrow('SortBy is colour');
    await expect(sorted({ SortBy: 'constructor' })).rejects.toThrow('SortBy is constructor');
    expect(await sorted({ Filters: { SearchQuery: ['constructor:access'] } })).toEqual([]);
  });
});

describe('an update that is refused', () => {
  it('changes nothing: the next one goes on with the version that stands', async () => {
    const { id, productId, artifactId } = await provisioned();
    await cloud.call('CreateProvisioningArtifact', {
      ProductId: productId,
      Parameters: { ...artifactProperties(cloud.upload('second.zip', 'the second version')), Name: 'v2' },
      IdempotencyToken: token(),
    });
    const queueArn = await cloud.queue(EXTERNAL.update);
    const update = (more: object) =>
      cloud.call('UpdateProvisionedProduct', { ProvisionedProductId: id, UpdateToken: token(), ...more });
    const twice = [
      { Key: 'cidr', Value: 'a' },
      { Key: 'cidr', Value: 'b' },
    ];
    await expect(update({ ProvisioningArtifactName: 'v2', ProvisioningParameters: twice })).rejects.toThrow(
      'Parameter cidr is given twice',
    );
    await update({});
    expect(await cloud.message(queueArn)).toMatchObject({ provisioningArtifactId: artifactId });
  });
});

describe('what no engine is told', () => {
  it('gives a notice', async () => {
    const { id } = await provisioned();
    await cloud.queue(EXTERNAL.terminate);
    await cloud.call('TerminateProvisionedProduct', {
      ProvisionedProductId: id,
      TerminateToken: token(),
      RetainPhysicalResources: true,
    });
    expect(cloud.seen('notice')).toMatchObject([
      { message: '"RetainPhysicalResources" of TerminateProvisionedProduct is not simulated' },
    ]);
  });
});

describe('new versions', () => {
  it('are what an update takes', async () => {
    const { id, productId } = await provisioned();
    const made = await cloud.call('CreateProvisioningArtifact', {
      ProductId: productId,
      Parameters: { ...artifactProperties(cloud.upload('second.zip', 'the second version')), Name: 'v2' },
      IdempotencyToken: token(),
    });
    const queueArn = await cloud.queue(EXTERNAL.update);
    await cloud.call('UpdateProvisionedProduct', {
      ProvisionedProductId: id,
      ProvisioningArtifactName: 'v2',
      UpdateToken: token(),
    });
    const message = await cloud.message(queueArn);
    expect(message.provisioningArtifactId).toBe(made.ProvisioningArtifactDetail.Id);
  });
});

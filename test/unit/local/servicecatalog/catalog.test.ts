import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifactProperties, createTestCloud, LAUNCH_ROLE, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await createTestCloud();
});
afterEach(() => cloud.close());

const create = (properties: object, ProductType = 'EXTERNAL') =>
  cloud.call('CreateProduct', {
    Name: 'a network',
    Owner: 'platform',
    ProductType,
    ProvisioningArtifactParameters: properties,
    IdempotencyToken: crypto.randomUUID(),
  });

describe('CreateProduct', () => {
  it('refuses what the service refuses', async () => {
    const good = artifactProperties(cloud.upload('a.zip', 'a'));
    await expect(create({ ...good, DisableTemplateValidation: false })).rejects.toThrow(
      'Product type EXTERNAL requires DisableTemplateValidation set to true',
    );
    await expect(create({ ...good, Type: 'TERRAFORM_CLOUD' })).rejects.toMatchObject({
      code: 'InvalidParametersException',
    });
    await expect(create({ ...good, Type: 'TERRAFORM_OPEN_SOURCE' }, 'TERRAFORM_OPEN_SOURCE')).rejects.toThrow(
      "Value 'TERRAFORM_OPEN_SOURCE' at 'productType' failed to satisfy constraint",
    );
    await expect(
      create(artifactProperties('https://sources.s3.us-east-1.amazonaws.com/missing.zip')),
    ).rejects.toMatchObject({ code: 'InvalidParametersException' });
    await expect(create(artifactProperties('not an address'))).rejects.toThrow('LoadTemplateFromURL');
  });

  it.each([
    'https://sources.s3.eu-west-1.amazonaws.com/a.zip',
    'https://sources.s3.amazonaws.com/a.zip',
    'https://s3.us-east-1.amazonaws.com/sources/a.zip',
    'http://127.0.0.1:4566/sources/a.zip',
  ])('reads a version from %s', async (address) => {
    cloud.upload('a.zip', 'a');
    await create(artifactProperties(address));
  });
});

describe('DescribeProvisioningParameters', () => {
  const parameter = { key: 'cidr', defaultValue: '', type: 'string', description: 'of all', isNoEcho: true };

  it('asks the parser as the service, in the form that live requests have', async () => {
    cloud.parseWith(() => ({ payload: JSON.stringify({ parameters: [parameter] }) }));
    const { productId, artifactId } = await cloud.product();
    const described = await cloud.call('DescribeProvisioningParameters', {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
    });
    expect(described.ProvisioningArtifactParameters).toEqual([
      { ParameterKey: 'cidr', DefaultValue: '', ParameterType: 'string', IsNoEcho: true, Description: 'of all' },
    ]);
    expect(cloud.parserCalls).toMatchObject([
      {
        functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:ServiceCatalogExternalParameterParser',
        request: {
          artifact: { path: expect.stringMatching(/^s3:\/\/sc-/), type: 'AWS_S3' },
          launchRoleArn: LAUNCH_ROLE,
        },
        caller: {
          principal: { service: 'servicecatalog.amazonaws.com' },
          context: { 'aws:SourceAccount': '123456789012' },
        },
      },
    ]);
  });

  it('names no launch role in the view of the administrator', async () => {
    const { productId, artifactId } = await cloud.product();
    await cloud.call('DescribeProvisioningArtifact', {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
      IncludeProvisioningArtifactParameters: true,
    });
    expect(Object.keys(cloud.parserCalls[0]?.request)).toEqual(['artifact']);
  });

  it.each([
    ['no list', { parameters: null }],
    ['no parameters at all', {}],
    ...Object.keys(parameter).map((member): [string, object] => [
      `no ${member}`,
      { parameters: [{ ...parameter, [member]: undefined }] },
    ]),
    ['a number as default', { parameters: [{ ...parameter, defaultValue: 3 }] }],
  ])('refuses a response with %s', async (_, response) => {
    cloud.parseWith(() => ({ payload: JSON.stringify(response) }));
    const { productId, artifactId } = await cloud.product();
    await expect(
      cloud.call('DescribeProvisioningParameters', { ProductId: productId, ProvisioningArtifactId: artifactId }),
    ).rejects.toThrow(
      'Unable to parse or process ServiceCatalogExternalParameterParser lambda response as JSON object',
    );
  });

  it("shows the user the parser's own message", async () => {
    const payload = JSON.stringify({ errorType: 'ParserInvalidParameterException', errorMessage: 'no main.tf' });
    cloud.parseWith(() => ({ payload, functionError: 'Unhandled' }));
    const { productId, artifactId } = await cloud.product();
    await expect(
      cloud.call('DescribeProvisioningParameters', { ProductId: productId, ProvisioningArtifactId: artifactId }),
    ).rejects.toThrow('Error occurred during parameter parsing: no main.tf');
  });
});

describe('the other product types', () => {
  it.each([
    ['TERRAFORM_CLOUD', 'ServiceCatalogTerraformCloud'],
    ['TERRAFORM_OPEN_SOURCE', 'ServiceCatalogTerraformOS'],
  ])('%s has a queue and a parser of its own', async (type, prefix) => {
    const open = await createTestCloud({ openSourceProducts: true });
    try {
      const queueArn = await open.queue(`${prefix}ProvisionOperationQueue`);
      const { productId, artifactId } = await open.product(type);
      await open.call('DescribeProvisioningParameters', { ProductId: productId, ProvisioningArtifactId: artifactId });
      expect(open.parserCalls[0]?.functionArn).toMatch(new RegExp(`:${prefix}ParameterParser$`));
      await open.call('ProvisionProduct', {
        ProductId: productId,
        ProvisioningArtifactId: artifactId,
        ProvisionedProductName: 'network',
        ProvisionToken: 'one',
      });
      expect((await open.message(queueArn)).operation).toBe('PROVISION_PRODUCT');
    } finally {
      await open.close();
    }
  });
});

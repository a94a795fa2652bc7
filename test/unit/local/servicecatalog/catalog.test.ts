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

describe('CreateConstraint', () => {
  async function offer(productId: string, DisplayName = 'Others'): Promise<string> {
    const made = await cloud.call('CreatePortfolio', {
      DisplayName,
      ProviderName: 'platform',
      IdempotencyToken: crypto.randomUUID(),
    });
    const PortfolioId: string = made.PortfolioDetail.Id;
    await cloud.call('AssociateProductWithPortfolio', { ProductId: productId, PortfolioId });
    return PortfolioId;
  }
  const constrain = (ProductId: string, PortfolioId: string, parameters: object) =>
    cloud.call('CreateConstraint', {
      ProductId,
      PortfolioId,
      Type: 'LAUNCH',
      Parameters: JSON.stringify(parameters),
      IdempotencyToken: crypto.randomUUID(),
    });

  it('makes one launch constraint of a product in a portfolio, and no second', async () => {
    const { productId } = await cloud.product('EXTERNAL', null);
    const portfolioId = await offer(productId);
    await constrain(productId, portfolioId, { RoleArn: LAUNCH_ROLE });
    await expect(constrain(productId, portfolioId, { LocalRoleName: 'Another' })).rejects.toMatchObject({
      code: 'DuplicateResourceException',
      message: expect.stringContaining(
        `${productId} has a LAUNCH constraint in portfolio ${portfolioId} already, with the role`,
      ),
    });
  });

  it('refuses a role that is named in two ways', async () => {
    const { productId } = await cloud.product('EXTERNAL', null);
    const portfolioId = await offer(productId);
    await expect(
      constrain(productId, portfolioId, { RoleArn: LAUNCH_ROLE, LocalRoleName: 'Another' }),
    ).rejects.toMatchObject({ code: 'InvalidParametersException', message: expect.stringContaining('but not both') });
  });

  it('leaves a product with several launch paths, one of which a request has to name', async () => {
    const { productId, artifactId } = await cloud.product();
    await constrain(productId, await offer(productId), { RoleArn: LAUNCH_ROLE });
    const provision = (more: object) =>
      cloud.call('ProvisionProduct', {
        ProductId: productId,
        ProvisioningArtifactId: artifactId,
        ProvisionedProductName: 'blue',
        ProvisionToken: crypto.randomUUID(),
        ...more,
      });
    await expect(provision({})).rejects.toMatchObject({
      code: 'InvalidParametersException',
      message: expect.stringMatching(
        /has 2 launch paths: give PathId or PathName of lpv3-\w+ \(Networks\), lpv3-\w+ \(Others\)\.$/,
      ),
    });
    expect((await provision({ PathName: 'Others' })).RecordDetail).toMatchObject({ Status: 'CREATED' });
  });
});

describe('what a request names', () => {
  it.each<[string, object]>([
    ['DescribeProvisionedProduct', { Id: 'pp-1', Name: 'blue' }],
    ['DescribeProvisionedProduct', {}],
    [
      'TerminateProvisionedProduct',
      { ProvisionedProductId: 'pp-1', ProvisionedProductName: 'blue', TerminateToken: 't' },
    ],
    ['UpdateProvisionedProduct', { UpdateToken: 't' }],
    [
      'ProvisionProduct',
      { ProductId: 'prod-1', ProductName: 'a network', ProvisionedProductName: 'blue', ProvisionToken: 't' },
    ],
  ])('is named by its id or its name: %s refuses %j', async (operation, input) => {
    await expect(cloud.call(operation, input)).rejects.toMatchObject({
      code: 'InvalidParametersException',
      message: expect.stringContaining('give its id or its name'),
    });
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

import { buffer } from 'node:stream/consumers';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ZipFile } from 'yazl';
import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import { newToken, type ServiceCatalogCall } from './service-catalog-client.ts';

/** A product of the catalog, ready to be provisioned. */
export interface CatalogProduct {
  readonly productId: string;
  readonly artifactId: string;
}

/** What a product is made of: one file of an artifact. @defaultValue the example's own document */
export interface ProductSource {
  readonly type?: 'EXTERNAL' | 'TERRAFORM_CLOUD';
  readonly file?: string;
  readonly content?: string;
}

const DEFINITION = {
  parameters: [
    { key: 'title', description: 'What stands over the door' },
    { key: 'shelves', type: 'number', default: '3', allowed: ['1', '3', '5'] },
    { key: 'password', default: '-', noEcho: true },
  ],
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the engine fills these in
  resources: [
    {
      name: 'Login',
      typeName: 'AWS::SecretsManager::Secret',
      desiredState: { Name: 'rooms/${ProductId}', SecretString: 'reader:${password}' },
    },
    {
      name: 'Door',
      typeName: 'AWS::SSM::Parameter',
      desiredState: {
        Name: '/rooms/${ProductId}',
        Type: 'String',
        Value: '${title}, ${shelves} shelves, key ${Login}',
      },
    },
  ],
  outputs: { Title: '${title}', Door: '${Door}', Sign: '${Door.Value}', Login: 'reader:${password}' },
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the engine fills these in
};

/** Puts a product into the catalog as its keeper would: file, product, portfolio, launch constraint. */
export async function createProduct(
  { client }: Stage,
  call: ServiceCatalogCall,
  launchRoleName: string,
  { type = 'EXTERNAL', file = 'product.json', content = JSON.stringify(DEFINITION, null, 2) }: ProductSource = {},
): Promise<CatalogProduct> {
  const s3 = new S3Client(client);
  const [Bucket, Key] = [`catalog-${newToken()}`, 'product.zip'];
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: await zipOf(file, content) }));
  const product = await call('CreateProduct', {
    Name: 'A room',
    Owner: 'Library',
    ProductType: type,
    ProvisioningArtifactParameters: {
      Name: 'v1',
      Type: type,
      Info: { LoadTemplateFromURL: `https://${Bucket}.s3.${client.region}.amazonaws.com/${Key}` },
      DisableTemplateValidation: true,
    },
    IdempotencyToken: newToken(),
  });
  const portfolio = await call('CreatePortfolio', {
    DisplayName: 'Rooms',
    ProviderName: 'Library',
    IdempotencyToken: newToken(),
  });
  const productId = (product.ProductViewDetail as { ProductViewSummary: { ProductId: string } }).ProductViewSummary
    .ProductId;
  const PortfolioId = (portfolio.PortfolioDetail as { Id: string }).Id;
  await call('AssociateProductWithPortfolio', { ProductId: productId, PortfolioId });
  await call('CreateConstraint', {
    ProductId: productId,
    PortfolioId,
    Type: 'LAUNCH',
    Parameters: JSON.stringify({ LocalRoleName: launchRoleName }),
    IdempotencyToken: newToken(),
  });
  return { productId, artifactId: (product.ProvisioningArtifactDetail as { Id: string }).Id };
}

async function zipOf(path: string, content: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(content), path);
  zip.end();
  return buffer(zip.outputStream);
}

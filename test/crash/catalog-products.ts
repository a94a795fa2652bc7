import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import { type Engines, LAUNCH_ROLE } from './catalog-stack.ts';
import type { CrashStage } from './crash-stage.ts';

/** Puts a product for each engine into the catalog, and gives their ids as outputs of the stage. */
export async function createProducts(
  { client }: Pick<CrashStage, 'client'>,
  engines: Engines,
): Promise<Readonly<Record<string, string>>> {
  const call = serviceCatalogClient({ client: { ...client, forcePathStyle: true } });
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const [Bucket, Key] = [`catalog-${newToken()}`, 'product'];
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'a product' }));
  s3.destroy();
  const portfolio = await call('CreatePortfolio', {
    DisplayName: 'Crash',
    ProviderName: 'Crash',
    IdempotencyToken: newToken(),
  });
  const { Id: PortfolioId } = portfolio.PortfolioDetail as { Id: string };
  const ids: Record<string, string> = {};
  for (const [name, type] of Object.entries(engines)) {
    const product = await call('CreateProduct', {
      Name: name,
      Owner: 'Crash',
      ProductType: type,
      ProvisioningArtifactParameters: {
        Name: 'v1',
        Type: type,
        Info: { LoadTemplateFromURL: `https://${Bucket}.s3.${client.region}.amazonaws.com/${Key}` },
        DisableTemplateValidation: true,
      },
      IdempotencyToken: newToken(),
    });
    const { ProductViewSummary } = product.ProductViewDetail as { ProductViewSummary: { ProductId: string } };
    const { ProductId } = ProductViewSummary;
    await call('AssociateProductWithPortfolio', { ProductId, PortfolioId });
    await call('CreateConstraint', {
      ProductId,
      PortfolioId,
      Type: 'LAUNCH',
      Parameters: JSON.stringify({ LocalRoleName: LAUNCH_ROLE }),
      IdempotencyToken: newToken(),
    });
    ids[`${name}Product`] = ProductId;
    ids[`${name}Version`] = (product.ProvisioningArtifactDetail as { Id: string }).Id;
  }
  return ids;
}

import type { Portfolio, Product, ProvisioningArtifact } from './catalog.ts';
import type { ProductRecord, ProvisionedProduct } from './provisioned-product.ts';

/** Timestamps of the JSON protocol are epoch seconds with a fraction. */
const seconds = (ms: number) => ms / 1000;

/** A record as DescribeRecord shows it. */
export function recordDetail({ target, artifact, ...record }: ProductRecord): object {
  return {
    RecordId: record.id,
    ProvisionedProductName: target.name,
    Status: record.status,
    CreatedTime: seconds(record.createdTime),
    UpdatedTime: seconds(record.updatedTime),
    ProvisionedProductType: target.product.type,
    RecordType: record.type,
    ProvisionedProductId: target.id,
    ProductId: target.product.id,
    ProvisioningArtifactId: artifact.id,
    PathId: target.path.id,
    RecordErrors: record.errors,
    RecordTags: target.tags,
    LaunchRoleArn: target.launchRoleArn,
  };
}

/** A provisioned product as DescribeProvisionedProduct shows it. */
export function provisionedProductDetail(target: ProvisionedProduct): object {
  return {
    Name: target.name,
    Arn: target.arn,
    Type: target.product.type,
    Id: target.id,
    Status: target.status,
    StatusMessage: target.statusMessage,
    CreatedTime: seconds(target.createdTime),
    IdempotencyToken: target.provisionToken,
    LastRecordId: target.records.at(-1)?.id,
    LastProvisioningRecordId: target.records.findLast(({ type }) => type !== 'TERMINATE_PROVISIONED_PRODUCT')?.id,
    LastSuccessfulProvisioningRecordId: target.lastSuccessfulProvisioningRecordId,
    ProductId: target.product.id,
    ProvisioningArtifactId: target.artifact.id,
    LaunchRoleArn: target.launchRoleArn,
  };
}

/** A provisioned product as SearchProvisionedProducts shows it. */
export function provisionedProductAttribute(target: ProvisionedProduct): object {
  return {
    ...provisionedProductDetail(target),
    LaunchRoleArn: undefined,
    Tags: target.tags,
    ProductName: target.product.name,
    ProvisioningArtifactName: target.artifact.name,
    UserArn: target.createdBy.roleArn ?? target.createdBy.arn,
    UserArnSession: target.createdBy.arn,
  };
}

/** A product as CreateProduct shows it. */
export function productViewDetail(product: Product): object {
  return {
    ProductViewSummary: {
      Id: product.id,
      ProductId: product.id,
      Name: product.name,
      Owner: product.owner,
      Type: product.type,
      HasDefaultPath: product.paths.size > 0,
      ...product.summary,
    },
    Status: 'AVAILABLE',
    ProductARN: product.arn,
    CreatedTime: seconds(product.createdTime),
  };
}

/** A version as CreateProvisioningArtifact shows it. */
export function provisioningArtifactDetail(product: Product, artifact: ProvisioningArtifact): object {
  return {
    Id: artifact.id,
    Name: artifact.name,
    Description: artifact.description,
    Type: product.type,
    CreatedTime: seconds(artifact.createdTime),
    Active: true,
    Guidance: 'DEFAULT',
  };
}

/** A portfolio as CreatePortfolio shows it. */
export function portfolioDetail(portfolio: Portfolio): object {
  return {
    Id: portfolio.id,
    ARN: portfolio.arn,
    DisplayName: portfolio.name,
    ProviderName: portfolio.providerName,
    Description: portfolio.description,
    CreatedTime: seconds(portfolio.createdTime),
  };
}

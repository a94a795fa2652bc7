/** A configuration of a bucket that is kept and given back as its owner wrote it, and that changes nothing here. */
export interface BucketConfiguration {
  /** What it is called in a notice. */
  readonly name: string;
  /** The permission in names of actions; reading asks for `s3:Get…`, everything else for `s3:Put…`. */
  readonly permission: string;
  /** The root element of its document. */
  readonly root: string;
  /** The error where a bucket has none, or what such a bucket answers. */
  readonly absent: { readonly code: string; readonly message: string } | { readonly body: string };
}

/** By the query parameter that names them (Amazon S3 API Reference). */
export const BUCKET_CONFIGURATIONS: Readonly<Record<string, BucketConfiguration>> = {
  accelerate: {
    name: 'AccelerateConfiguration',
    permission: 'AccelerateConfiguration',
    root: 'AccelerateConfiguration',
    absent: { body: '' },
  },
  cors: {
    name: 'Cors',
    permission: 'BucketCORS',
    root: 'CORSConfiguration',
    absent: { code: 'NoSuchCORSConfiguration', message: 'The CORS configuration does not exist' },
  },
  lifecycle: {
    name: 'LifecycleConfiguration',
    permission: 'LifecycleConfiguration',
    root: 'LifecycleConfiguration',
    absent: { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' },
  },
  logging: { name: 'Logging', permission: 'BucketLogging', root: 'BucketLoggingStatus', absent: { body: '' } },
  ownershipControls: {
    name: 'OwnershipControls',
    permission: 'BucketOwnershipControls',
    root: 'OwnershipControls',
    absent: {
      code: 'OwnershipControlsNotFoundError',
      message: 'The bucket ownership controls were not found',
    },
  },
  publicAccessBlock: {
    name: 'PublicAccessBlock',
    permission: 'BucketPublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    absent: {
      code: 'NoSuchPublicAccessBlockConfiguration',
      message: 'The public access block configuration was not found',
    },
  },
  requestPayment: {
    name: 'RequestPayment',
    permission: 'BucketRequestPayment',
    root: 'RequestPaymentConfiguration',
    absent: { body: '<Payer>BucketOwner</Payer>' },
  },
  website: {
    name: 'Website',
    permission: 'BucketWebsite',
    root: 'WebsiteConfiguration',
    absent: {
      code: 'NoSuchWebsiteConfiguration',
      message: 'The specified bucket does not have a website configuration',
    },
  },
};

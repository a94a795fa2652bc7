import { AwsError } from '../kernel/aws-error.ts';
import { checkLifecycle } from './lifecycle-rules.ts';
import { isOwnership } from './ownership.ts';
import { childrenNamed, childText, malformedXml, type XmlElement } from './xml.ts';

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
  /** Checks a document beyond its root. @throws AwsError */
  readonly check?: (root: XmlElement) => void;
  /** A choice that is made by a header beside the document, and given back in one. */
  readonly choice?: ConfigurationChoice;
}

/** One of several words; the first is chosen where none is named. */
export interface ConfigurationChoice {
  readonly header: string;
  readonly words: readonly [string, ...string[]];
  /** Its name in the refusal of another word. */
  readonly name: string;
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
    check: checkLifecycle,
    choice: {
      header: 'x-amz-transition-default-minimum-object-size',
      words: ['all_storage_classes_128K', 'varies_by_storage_class'],
      name: 'TransitionDefaultMinimumObjectSize',
    },
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
    check(root) {
      const [rule, ...others] = childrenNamed(root, 'Rule');
      if (rule === undefined || others.length > 0) throw malformedXml();
      if (!isOwnership(childText(rule, 'ObjectOwnership') ?? '')) throw malformedXml();
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

/** Reads the choice that a request makes. @throws AwsError InvalidRequest */
export function chosenHeaders(
  choice: ConfigurationChoice | undefined,
  value: string | undefined,
): Record<string, string> {
  if (choice === undefined) return {};
  const { header, words, name } = choice;
  if (value === undefined || words.includes(value)) return { [header]: value ?? words[0] };
  throw new AwsError('InvalidRequest', `Invalid ${name} found: ${value}`);
}

import type { RecordedService } from '../recorded-cloud.ts';
import { dynamodbFacts } from './dynamodb-facts.ts';
import { eventBridgeFacts } from './events-facts.ts';
import { iamFacts } from './iam-facts.ts';
import { lambdaFacts } from './lambda-facts.ts';
import { s3Facts } from './s3-facts.ts';
import { secretsManagerFacts } from './secretsmanager-facts.ts';
import { sqsFacts } from './sqs-facts.ts';
import { stsFacts } from './sts-facts.ts';

/** The services of which recorded answers are held against the local cloud, in the order of the page's table. */
export const recordedServices: readonly RecordedService[] = [
  s3Facts,
  sqsFacts,
  dynamodbFacts,
  secretsManagerFacts,
  stsFacts,
  eventBridgeFacts,
  iamFacts,
  lambdaFacts,
];

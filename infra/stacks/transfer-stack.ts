import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledgeResource } from '../constructs/acknowledge.ts';
import { Ringback } from '../constructs/ringback.ts';
import { TransferWorkflow } from '../constructs/transfer-workflow.ts';
import { WorkflowStepFunction } from '../constructs/workflow-step-function.ts';
import { copyStep, deleteStep, tagStep } from '../constructs/workflow-steps.ts';
import { handlerPath } from '../handler-path.ts';
import { SftpServer } from './sftp-server.ts';
import { TransferBuckets } from './transfer-buckets.ts';

/** The context flag that makes an SFTP server the default. */
export const SFTP_SERVER_FLAG = 'ringback:sftpServer';

const PARTNER = 'partner';

/** What payments must look like; the handler says what may stand here. */
const PAYMENT_FIELDS = {
  id: { type: 'integer', min: 1 },
  day: { type: 'date' },
  amount: { type: 'number', min: 0.01, max: 1_000_000 },
  currency: { oneOf: ['CHF', 'EUR', 'GBP', 'USD'] },
  reference: { required: false, maxLength: 140 },
} as const;

/** Properties of {@link TransferStack}. */
export interface TransferStackProps extends StackProps {
  /** What becomes of buckets, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An example workflow: a partner's payments are checked, accepted ones stored, tagged and taken away; refused ones are
 * put into quarantine by the exception steps.
 *
 * The SFTP server that starts it costs money by the hour, so it comes only with the context flag
 * `ringback:sftpServer`, or with the template parameter `SftpServer=true`.
 */
export class TransferStack extends Stack {
  constructor(scope: Construct, id: string, props: TransferStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: custom steps in a Transfer Family workflow', ...stackProps });

    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const { uploads, store } = new TransferBuckets(this, 'Buckets', removalPolicy);
    const validate = new WorkflowStepFunction(this, 'Validate', {
      entry: handlerPath('validate-upload'),
      description: 'Checks uploaded payments, record by record',
      ringback,
      // A gigabyte takes about a minute of a whole core; Lambda gives a function of this size little more than half of one.
      memorySize: 1024,
      timeout: Duration.minutes(5),
      failureTag: 'RingbackFailure',
      environment: {
        UPLOAD_RULES: this.toJsonString({
          fields: PAYMENT_FIELDS,
          results: { bucket: store.bucketName, accepted: 'accepted/', rejected: 'quarantine/' },
        }),
      },
    });
    validate.readsFrom(uploads as IBucket, `${PARTNER}/*`);
    validate.writesTo(store as IBucket, 'accepted/*');
    validate.writesTo(store as IBucket, 'quarantine/*');

    const into = (key: string) => ({ bucket: store as IBucket, key });
    const workflow = new TransferWorkflow(this, 'Workflow', {
      description: 'Checks and stores payments',
      uploads: [{ bucket: uploads as IBucket, key: `${PARTNER}/` }],
      steps: [
        validate.step({ name: 'validate', timeout: Duration.minutes(20) }),
        copyStep({ name: 'accept', destination: into('accepted/'), overwriteExisting: true }),
        tagStep({ name: 'mark', tags: { Checked: 'yes' } }),
        deleteStep({ name: 'clear', sourceFile: 'original' }),
      ],
      exceptionSteps: [
        copyStep({
          name: 'quarantine',
          sourceFile: 'original',
          destination: into('quarantine/'),
          overwriteExisting: true,
        }),
        deleteStep({ name: 'clear', sourceFile: 'original' }),
      ],
    });
    const server = new SftpServer(this, 'Sftp', {
      workflow,
      bucket: uploads as IBucket,
      prefix: PARTNER,
      enabled: ['true', true].includes(this.node.tryGetContext(SFTP_SERVER_FLAG)),
      removalPolicy,
    });
    acknowledgeResource(server, uploads.arnForObjects(`${PARTNER}/*`), 'Users name the files that they upload.');

    new CfnOutput(this, 'WorkflowId', { value: workflow.workflowId });
    new CfnOutput(this, 'UploadBucketName', { value: uploads.bucketName });
    new CfnOutput(this, 'UploadPrefix', { value: `${PARTNER}/` });
    new CfnOutput(this, 'StoreBucketName', { value: store.bucketName });
  }
}

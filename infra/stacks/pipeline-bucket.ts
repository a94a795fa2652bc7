import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, type BucketProps } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

const READ_BUCKET = ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucket'];
const READ_OBJECTS = ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion'];
const WRITE_OBJECTS = ['s3:AbortMultipartUpload', 's3:PutObject'];

/**
 * A bucket that grants a pipeline what CodePipeline documents, action by action, in place of the CDK's patterns
 * (`s3:GetObject*`, `s3:DeleteObject*` and others).
 *
 * See https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
 */
export class PipelineBucket extends Bucket {
  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id, { enforceSSL: true, blockPublicAccess: BlockPublicAccess.BLOCK_ALL, ...props });
  }

  override grantRead(grantee: IGrantable, objects: string = '*'): Grant {
    this.encryptionKey?.grant(grantee, 'kms:Decrypt');
    return this.#grant(grantee, READ_BUCKET, this.bucketArn).combine(
      this.#grant(grantee, READ_OBJECTS, this.arnForObjects(objects)),
    );
  }

  override grantWrite(grantee: IGrantable, objects: string = '*'): Grant {
    this.encryptionKey?.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
    return this.#grant(grantee, WRITE_OBJECTS, this.arnForObjects(objects));
  }

  override grantReadWrite(grantee: IGrantable, objects: string = '*'): Grant {
    return this.grantRead(grantee, objects).combine(this.grantWrite(grantee, objects));
  }

  #grant(grantee: IGrantable, actions: string[], resourceArn: string): Grant {
    return Grant.addToPrincipalOrResource({ grantee, actions, resourceArns: [resourceArn], resource: this });
  }
}

import { Aws, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeResource } from './acknowledge.ts';
import { isFileSystem, type Use, usesOf, type WorkflowFiles } from './workflow-files.ts';
import type { FilePlace } from './workflow-steps.ts';

/** The actions of each use, for objects with and without versions (user guide, "IAM policies for workflows"). */
const ACTIONS: Readonly<Record<Use, readonly string[]>> = {
  read: ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'],
  write: ['s3:PutObject', 's3:PutObjectTagging'],
  tag: ['s3:GetObject', 's3:GetObjectTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'],
  delete: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
};

/** The same for files on EFS; nothing is copied or tagged there. */
const FILE_SYSTEM_ACTIONS: Readonly<Record<Use, readonly string[]>> = {
  read: ['elasticfilesystem:ClientMount'],
  write: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
  tag: [],
  delete: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
};

const KEY_ACTIONS: Readonly<Record<Use, readonly string[]>> = {
  read: ['kms:Decrypt'],
  write: ['kms:Decrypt', 'kms:GenerateDataKey'],
  tag: [],
  delete: [],
};

/** The role of a workflow: Transfer Family of this account may assume it, to do what the steps do where they do it. */
export function createWorkflowRole(scope: Construct, id: string, props: WorkflowFiles): Role {
  const { account, region, partition } = Stack.of(scope);
  const role = new Role(scope, id, {
    description: 'Runs the steps of a Transfer Family workflow',
    assumedBy: new ServicePrincipal('transfer.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        // The workflow names its functions and the server names this role; the id of the workflow is not known yet.
        ArnLike: { 'aws:SourceArn': `arn:${partition}:transfer:${region}:${account}:workflow/*` },
      },
    }),
  });
  const policy = new Policy(scope, `${id}Policy`, { roles: [role] });
  const targets = [...props.steps, ...props.exceptionSteps].flatMap((step) =>
    step.type === 'CUSTOM' ? step.target : [],
  );
  if (targets.length > 0) {
    const resources = [...new Set(targets.map(({ functionArn }) => functionArn))];
    policy.addStatements(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
  }
  grantFiles(role, policy, props);
  if ([...props.steps, ...props.exceptionSteps].some(({ type }) => type === 'DECRYPT')) grantPgpKeys(policy);
  return role;
}

function grantFiles(role: Role, policy: Policy, files: WorkflowFiles): void {
  const listed = new Map<string, string>();
  const done = new Set<string>();
  const isNew = (grant: string) => !done.has(grant) && done.add(grant);
  for (const { use, place } of usesOf(files)) {
    if (isFileSystem(place)) {
      const { fileSystemArn } = place.fileSystem;
      const actions = [...FILE_SYSTEM_ACTIONS[use]];
      if (isNew(`${use} ${fileSystemArn}`))
        policy.addStatements(new PolicyStatement({ actions, resources: [fileSystemArn] }));
      continue;
    }
    const objects = objectsOf(place);
    if (!isNew(`${use} ${objects.arn}`)) continue;
    listed.set(place.bucket.bucketArn, place.bucket.bucketArn);
    policy.addStatements(new PolicyStatement({ actions: [...ACTIONS[use]], resources: [objects.arn] }));
    if (KEY_ACTIONS[use].length > 0) place.bucket.encryptionKey?.grant(role, ...KEY_ACTIONS[use]);
    if (objects.isPattern) acknowledgeResource(policy, objects.arn, KEYS_UNKNOWN);
  }
  if (listed.size === 0) return;
  policy.addStatements(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [...listed.values()] }));
}

const KEYS_UNKNOWN =
  'Users name the files that they upload, so a role can be confined to a bucket and a prefix, no further.';

/** The objects at a place: variables of the service may become anything, and so may a name after a slash. */
function objectsOf({ bucket, key = '' }: FilePlace): { arn: string; isPattern: boolean } {
  const filled = key.replaceAll(/\$\{transfer:\w+\}/g, '*');
  const pattern = filled === '' || filled.endsWith('/') ? `${filled}*` : filled;
  return { arn: bucket.arnForObjects(pattern), isPattern: pattern.includes('*') };
}

function grantPgpKeys(policy: Policy): void {
  const secrets = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:aws/transfer/*`;
  policy.addStatements(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secrets] }));
  acknowledgeResource(
    policy,
    secrets,
    'Transfer Family finds the PGP keys of its users under this fixed prefix, by server and user.',
  );
}

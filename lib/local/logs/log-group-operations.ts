import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import type { LogGroup, LogGroupStore } from './log-group-store.ts';

/** The periods that PutRetentionPolicy takes, in days (CloudWatch Logs API Reference). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const LARGEST_PAGE = 50;

/** The operations on log groups. */
export function createLogGroupOperations(
  { partition, region, accountId }: Kernel,
  store: LogGroupStore,
): Record<string, Operation> {
  /** The group of a request, for who may act on it. @throws AwsError */
  function group(input: { logGroupName?: unknown }, action: string, request: RequestContext): LogGroup {
    const name = String(input.logGroupName ?? '');
    request.authorize(`logs:${action}`, `${store.arnOf(name)}:*`);
    return store.get(name);
  }

  function tagged(input: { resourceArn?: unknown }, action: string, request: RequestContext): LogGroup {
    const arn = String(input.resourceArn ?? '');
    request.authorize(`logs:${action}`, arn);
    return store.byArn(arn);
  }

  const without = (tags: LogGroup['tags'], gone: readonly string[]) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key)));

  return {
    CreateLogGroup({ logGroupName, kmsKeyId, tags, logGroupClass, deletionProtectionEnabled }, request) {
      const name = String(logGroupName ?? '');
      request.authorize('logs:CreateLogGroup', `${store.arnOf(name)}:*`);
      if (tags !== undefined) request.authorize('logs:TagResource', store.arnOf(name));
      const created = store.create(name, logGroupClass);
      if (kmsKeyId !== undefined) created.kmsKeyId = kmsKeyId;
      created.isDeletionProtected = deletionProtectionEnabled === true;
      created.tags = tags ?? {};
      return {};
    },

    DeleteLogGroup(input, request) {
      const found = group(input, 'DeleteLogGroup', request);
      if (found.isDeletionProtected) {
        throw new AwsError('ValidationException', `Log group ${found.name} is protected against deletion.`);
      }
      store.remove(found);
      return {};
    },

    DescribeLogGroups(input, request) {
      const { logGroupNamePrefix = '', logGroupNamePattern = '', limit = LARGEST_PAGE, nextToken } = input;
      request.authorize('logs:DescribeLogGroups', `arn:${partition}:logs:${region}:${accountId}:log-group:*`);
      if (logGroupNamePrefix !== '' && logGroupNamePattern !== '') {
        throw new AwsError(
          'InvalidParameterException',
          'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
        );
      }
      const pattern = String(logGroupNamePattern).toLowerCase();
      const fitting = store
        .list()
        .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.toLowerCase().includes(pattern));
      const list = 'logs:DescribeLogGroups';
      const refusal = 'InvalidParameterException';
      const page = pageOf(fitting, { list, size: limit, token: nextToken, refusal });
      return {
        logGroups: page.items.map(describe),
        ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
      };
    },

    PutRetentionPolicy(input, request) {
      const found = group(input, 'PutRetentionPolicy', request);
      if (!RETENTION_DAYS.includes(input.retentionInDays)) {
        throw new AwsError(
          'InvalidParameterException',
          `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
        );
      }
      found.retentionInDays = input.retentionInDays;
      return {};
    },
    DeleteRetentionPolicy(input, request) {
      delete group(input, 'DeleteRetentionPolicy', request).retentionInDays;
      return {};
    },
    AssociateKmsKey(input, request) {
      group(input, 'AssociateKmsKey', request).kmsKeyId = String(input.kmsKeyId);
      return {};
    },
    DisassociateKmsKey(input, request) {
      delete group(input, 'DisassociateKmsKey', request).kmsKeyId;
      return {};
    },
    PutLogGroupDeletionProtection(input, request) {
      const name = String(input.logGroupIdentifier ?? '').replace(/^arn:(?:[^:]*:){5}/, '');
      const found = group({ logGroupName: name }, 'PutLogGroupDeletionProtection', request);
      found.isDeletionProtected = input.deletionProtectionEnabled === true;
      return {};
    },

    TagResource(input, request) {
      const found = tagged(input, 'TagResource', request);
      found.tags = { ...found.tags, ...input.tags };
      return {};
    },
    UntagResource(input, request) {
      const found = tagged(input, 'UntagResource', request);
      found.tags = without(found.tags, input.tagKeys ?? []);
      return {};
    },
    ListTagsForResource: (input, request) => ({ tags: tagged(input, 'ListTagsForResource', request).tags }),
    // The older three, by the name of the group.
    TagLogGroup(input, request) {
      const found = group(input, 'TagLogGroup', request);
      found.tags = { ...found.tags, ...input.tags };
      return {};
    },
    UntagLogGroup(input, request) {
      const found = group(input, 'UntagLogGroup', request);
      found.tags = without(found.tags, input.tags ?? []);
      return {};
    },
    ListTagsLogGroup: (input, request) => ({ tags: group(input, 'ListTagsLogGroup', request).tags }),
  };
}

function describe(group: LogGroup): object {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    storedBytes: 0,
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.logGroupClass,
    logGroupArn: group.arn,
    deletionProtectionEnabled: group.isDeletionProtected,
  };
}

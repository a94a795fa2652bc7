import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** A log group. */
export interface LogGroup {
  readonly name: string;
  /** Without the `:*` that older answers end in. */
  readonly arn: string;
  /** Simulated milliseconds since the epoch. */
  readonly createdAt: number;
  readonly logGroupClass: string;
  retentionInDays?: number;
  kmsKeyId?: string;
  isDeletionProtected: boolean;
  tags: Readonly<Record<string, string>>;
}

/** The log groups of one local cloud. */
export interface LogGroupStore {
  /** By name. */
  list(): readonly LogGroup[];
  find(name: string): LogGroup | undefined;
  /** Finds a group by its ARN, with or without `:*`. @throws AwsError ResourceNotFoundException */
  byArn(arn: string): LogGroup;
  /** @throws AwsError ResourceNotFoundException */
  get(name: string): LogGroup;
  /** @throws AwsError ResourceAlreadyExistsException, InvalidParameterException */
  create(name: string, logGroupClass?: string): LogGroup;
  remove(group: LogGroup): void;
  arnOf(name: string): string;
}

const NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;

/** Creates a store without log groups. */
export function createLogGroupStore({ partition, region, accountId, clock }: Kernel): LogGroupStore {
  const groups = new Map<string, LogGroup>();
  const arnOf = (name: string) => `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`;

  function get(name: string): LogGroup {
    const group = groups.get(name);
    if (group === undefined) {
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    }
    return group;
  }

  return {
    list: () => [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (name) => groups.get(name),
    get,
    byArn: (arn) => get(arn.replace(/:\*$/, '').split(':').slice(6).join(':')),
    create(name, logGroupClass = 'STANDARD') {
      if (!NAME.test(name)) {
        const message = `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`;
        throw new AwsError('InvalidParameterException', message);
      }
      if (/^aws\//i.test(name)) {
        throw new AwsError('InvalidParameterException', 'Log groups starting with AWS/ are reserved for AWS.');
      }
      if (groups.has(name)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      const group: LogGroup = {
        name,
        arn: arnOf(name),
        createdAt: Math.floor(clock.now()),
        logGroupClass,
        isDeletionProtected: false,
        tags: {},
      };
      groups.set(name, group);
      return group;
    },
    remove: ({ name }) => void groups.delete(name),
    arnOf,
  };
}

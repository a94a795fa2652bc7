import type { RoleStore } from './role-store.ts';

/** What the operations of IAM share. */
export interface IamParts {
  readonly roles: RoleStore;
  /** `arn:PARTITION:iam::ACCOUNT` */
  readonly iamArn: string;
  /** Simulated milliseconds since the epoch. */
  readonly now: () => number;
  readonly uuid: () => string;
}

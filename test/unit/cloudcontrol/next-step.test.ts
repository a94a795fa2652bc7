import { describe, expect, it } from 'vitest';
import { progressOf } from '../../../lib/cloudcontrol/describe-request.ts';
import { codeOfException, meaningOf } from '../../../lib/cloudcontrol/failure-table.ts';
import type { HookProgress } from '../../../lib/cloudcontrol/hook-progress.ts';
import { nextStep } from '../../../lib/cloudcontrol/next-step.ts';
import { pollDelayMs } from '../../../lib/cloudcontrol/poll-delay.ts';
import { progressEventOf, type ResourceOperation } from '../../../lib/cloudcontrol/progress-event.ts';

const hook = (status: string, failureMode: string): HookProgress => ({
  typeName: 'Shop::Rules::Hook',
  typeVersionId: undefined,
  status,
  message: undefined,
  failureMode,
});
const comesAfter = (members: object, operation: ResourceOperation = 'CREATE', hooks: readonly HookProgress[] = []) =>
  nextStep(progressEventOf(members), hooks, operation);

describe('the next step', () => {
  it.each([
    ['PENDING', 'poll'],
    ['IN_PROGRESS', 'poll'],
    ['CANCEL_IN_PROGRESS', 'poll'],
    ['SUCCESS', 'succeeded'],
    ['FAILED', 'failed'],
    ['CANCEL_COMPLETE', 'cancelled'],
    ['A_STATUS_TO_COME', 'poll'],
    [undefined, 'poll'],
  ])('after %s is: %s', (OperationStatus, kind) => {
    expect(comesAfter({ OperationStatus })).toMatchObject({ kind });
  });

  it.each([
    ['DELETE', 'succeeded'],
    ['UPDATE', 'failed'],
    ['CREATE', 'failed'],
  ] as const)('after NotFound of %s is: %s', (operation, kind) => {
    expect(comesAfter({ OperationStatus: 'FAILED', ErrorCode: 'NotFound' }, operation)).toMatchObject({ kind });
  });

  it.each([
    ['HOOK_COMPLETE_FAILED', 'FAIL', 'refused'],
    ['HOOK_FAILED', 'FAIL', 'refused'],
    ['HOOK_FAILED', 'A_MODE_TO_COME', 'refused'],
    ['HOOK_COMPLETE_FAILED', 'WARN', 'failed'],
    ['HOOK_COMPLETE_SUCCEEDED', 'FAIL', 'failed'],
  ])('after a failure with a hook that is %s in mode %s is: %s', (status, mode, kind) => {
    expect(comesAfter({ OperationStatus: 'FAILED' }, 'CREATE', [hook(status, mode)])).toMatchObject({ kind });
  });
});

describe('a failure', () => {
  it.each<[code: string, message: string, operation: ResourceOperation, category: string, passes: boolean]>([
    ['Throttling', '', 'CREATE', 'unavailable', true],
    ['ServiceInternalError', '', 'UPDATE', 'unavailable', true],
    ['NetworkFailure', '', 'DELETE', 'unavailable', true],
    ['ServiceTimeout', '', 'CREATE', 'unavailable', true],
    ['ResourceConflict', '', 'UPDATE', 'failed', true],
    ['NotStabilized', '', 'CREATE', 'failed', false],
    ['NotStabilized', '', 'UPDATE', 'failed', true],
    ['AlreadyExists', 'Rate exceeded', 'CREATE', 'failed', false],
    ['NotUpdatable', '', 'UPDATE', 'configuration', false],
    ['InvalidRequest', 'no such AMI', 'CREATE', 'configuration', false],
    ['AccessDenied', '', 'CREATE', 'permission', false],
    ['UnauthorizedTaggingOperation', '', 'CREATE', 'permission', false],
    ['InvalidCredentials', '', 'UPDATE', 'permission', false],
    ['ServiceLimitExceeded', '', 'CREATE', 'failed', false],
    ['GeneralServiceException', 'something else', 'CREATE', 'failed', false],
    ['InternalFailure', '', 'CREATE', 'unavailable', false],
    ['ACodeToCome', '', 'CREATE', 'failed', false],
    ['GeneralServiceException', 'Rate exceeded (Service: Ecs)', 'CREATE', 'failed', true],
    [
      'InvalidRequest',
      'The role defined for the function cannot be assumed by Lambda.',
      'CREATE',
      'configuration',
      true,
    ],
    ['InvalidRequest', 'Firehose is unable to assume role arn:aws:iam::1:role/r', 'CREATE', 'configuration', true],
    ['GeneralServiceException', 'Invalid principal in policy: "AWS":"x"', 'CREATE', 'failed', true],
    ['InvalidRequest', 'KMS key is invalid for CreateGrant', 'CREATE', 'configuration', true],
    ['GeneralServiceException', 'You must wait 60 seconds after deleting a queue', 'CREATE', 'failed', true],
    ['GeneralServiceException', 'The cluster is currently updating', 'UPDATE', 'failed', true],
    ['GeneralServiceException', 'DependencyViolation: resource has a dependent object', 'DELETE', 'failed', true],
  ])('%s "%s" of %s is %s, and may pass: %s', (code, message, operation, category, passes) => {
    const meaning = meaningOf({ code, message, operation });
    expect(meaning.category).toBe(category);
    expect(meaning.retryAfterMs !== undefined).toBe(passes);
  });

  it('waits longer than a minute for the name of a queue', () => {
    const message = 'You must wait 60 seconds after deleting a queue before you can create another with the same name';
    expect(meaningOf({ code: 'GeneralServiceException', message, operation: 'CREATE' }).retryAfterMs).toBeGreaterThan(
      60_000,
    );
  });

  it.each([
    ['AlreadyExistsException', 'AlreadyExists'],
    ['ResourceNotFoundException', 'NotFound'],
    ['ValidationException', 'InvalidRequest'],
    ['AccessDeniedException', 'AccessDenied'],
    ['GeneralServiceException', 'GeneralServiceException'],
    ['HandlerInternalFailureException', 'InternalFailure'],
    ['ThrottlingException', 'Throttling'],
  ])('that comes as %s is %s', (code, expected) => {
    expect(codeOfException({ code })).toBe(expected);
  });
});

describe('the progress', () => {
  const subject = { operation: 'CREATE', typeName: 'AWS::S3::Bucket', identifier: 'shop' } as const;

  it.each([
    ['PENDING', [], 'creating AWS::S3::Bucket shop: PENDING', 10],
    ['IN_PROGRESS', [], 'creating AWS::S3::Bucket shop: IN_PROGRESS', 50],
    [
      'IN_PROGRESS',
      ['HOOK_PENDING', 'HOOK_COMPLETE_SUCCEEDED'],
      'creating AWS::S3::Bucket shop: 1 of 2 hooks have answered',
      23,
    ],
    ['IN_PROGRESS', ['HOOK_COMPLETE_SUCCEEDED'], 'creating AWS::S3::Bucket shop: IN_PROGRESS', 50],
  ])('of a request that is %s with hooks %j', (status, hooks, summary, percentComplete) => {
    const asked = hooks.map((hookStatus) => hook(hookStatus, 'FAIL'));
    expect(progressOf(subject, status, asked)).toEqual({ summary, percentComplete });
  });
});

describe('the time to the next look', () => {
  const time = { now: () => 1_000_000, random: () => 0.5 };

  it.each([
    ['as it was told', 1_007_000, 9, 7_000],
    ['growing where it was told nothing', undefined, 0, 750],
    ['growing', undefined, 3, 6_000],
    ['30 seconds at most', undefined, 60, 22_500],
    ['growing where that moment has passed', 999_000, 0, 750],
    ['growing where clocks cannot agree', 1_000_000 + 3_600_000, 0, 750],
  ])('is %s', (_what, retryAt, polls, expected) => {
    expect(pollDelayMs(retryAt, polls, time)).toBe(expected);
  });

  it('reads times as seconds and as text', () => {
    expect(progressEventOf({ RetryAfter: 1_000.5 }).retryAt).toBe(1_000_500);
    expect(progressEventOf({ RetryAfter: '2026-01-01T00:00:00Z' }).retryAt).toBe(Date.UTC(2026, 0, 1));
    expect(progressEventOf({}).retryAt).toBeUndefined();
  });
});

import { FaultSpecError, parseFault } from 'ringback/local';
import { describe, expect, it } from 'vitest';

describe('parseFault', () => {
  it.each([
    [
      'kill:after:codepipeline:PutJobSuccessResult',
      { kind: 'kill', moment: 'after', service: 'codepipeline', operation: 'PutJobSuccessResult' },
    ],
    ['oom:before', { kind: 'oom', moment: 'before', service: '*', operation: '*' }],
    [
      'hang:before:dynamodb:PutItem:fn=Gate:nth=2',
      { kind: 'hang', moment: 'before', service: 'dynamodb', operation: 'PutItem', functionName: 'Gate', nth: 2 },
    ],
    ['throttle:dynamodb:*:p=0.2', { kind: 'throttle', service: 'dynamodb', operation: '*', probability: 0.2 }],
    [
      'lost:codepipeline:Put*:times=all',
      { kind: 'lost', service: 'codepipeline', operation: 'Put*', times: Number.POSITIVE_INFINITY },
    ],
    ['slow:s3:*:delay=1.5s:for=10m', { kind: 'slow', service: 's3', operation: '*', delayMs: 1_500, forMs: 600_000 }],
    ['slow', { kind: 'slow', service: '*', operation: '*', delayMs: 2_000 }],
    ['ledger-down', { kind: 'ledger-down' }],
    ['ledger-down:Gate:for=2h', { kind: 'ledger-down', functionName: 'Gate', forMs: 7_200_000 }],
    ['duplicate:Gate:concurrent', { kind: 'duplicate', functionName: 'Gate' }],
    ['duplicate:Gate:sequential', { kind: 'duplicate', functionName: 'Gate', delayMs: 200_000 }],
    ['late:*:delay=500ms', { kind: 'late', delayMs: 500 }],
    ['init-crash:Gate:times=2', { kind: 'init-crash', functionName: 'Gate', times: 2 }],
    ['bad-result', { kind: 'bad-result' }],
  ])('reads %s', (spec, fault) => {
    expect(parseFault(spec)).toEqual(fault);
  });

  it.each([
    ['', /it is empty/],
    ['kil:after', /there is no fault "kil"; the forms are kill\|oom\|hang/],
    ['kill:codepipeline:PutJobSuccessResult', /kill needs before or after/],
    ['kill:after:a:b:c', /"c" is too much/],
    ['kill:after:a b', /"a b" is no name/],
    ['kill:after:delay=1s', /kill has no delay/],
    ['throttle:s3:*:p=2', /p=2 must be a number from 0 to 1/],
    ['throttle:s3:*:nth=0', /nth=0 must be a whole number from 1/],
    ['slow:s3:*:delay=3', /delay=3 must be a time such as 500ms/],
    ['late:Gate:often', /"often" is too much/],
    ['error:s3:*:sometimes=1', /unknown option "sometimes=1"; there are fn=/],
    ['duplicate:fn=Gate', /duplicate names its function without fn=/],
  ])('refuses "%s" in one line', (spec, message) => {
    const read = () => parseFault(spec);
    expect(read).toThrow(FaultSpecError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/\n/);
  });
});

describe('a fault of a handler', () => {
  it.each([
    [
      'handler-error:after:AWS::S3::Bucket:CREATE:NotStabilized',
      {
        kind: 'handler-error',
        moment: 'after',
        typeName: 'AWS::S3::Bucket',
        operation: 'CREATE',
        errorCode: 'NotStabilized',
      },
    ],
    ['handler-error:before:*:DELETE:times=2', { moment: 'before', typeName: '*', operation: 'DELETE', times: 2 }],
    ['handler-slow:AWS::SQS::Queue:UPDATE:delay=2h', { kind: 'handler-slow', operation: 'UPDATE', delayMs: 7_200_000 }],
    ['handler-slow', { typeName: '*', operation: '*' }],
  ])('%s is read', (spec, expected) => {
    expect(parseFault(spec)).toMatchObject(expected);
  });

  it.each([
    ['handler-error:AWS::S3::Bucket', 'needs before or after'],
    ['handler-error:before:Bucket', 'is no resource type'],
    ['handler-error:before:AWS::S3::Bucket:MAKE', 'none of CREATE'],
    ['handler-error:before:AWS::S3::Bucket:CREATE:Oops', 'no code of a handler'],
    ['handler-error:before:*:CREATE:delay=1s', 'has no delay'],
    ['handler-slow:*:CREATE:Throttling', 'too much'],
    ['handler-slow:*:CREATE:fn=Gate', 'takes no fn='],
  ])('%s is refused: %s', (spec, reason) => {
    expect(() => parseFault(spec)).toThrow(reason);
  });
});

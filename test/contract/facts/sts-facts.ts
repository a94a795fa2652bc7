import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const ROLE = 'arn:aws:iam::123456789012:role/anybody';
const assume = (parameters: Readonly<Record<string, string>>) => (cloud: RecordedCloud) =>
  cloud.query('sts', {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: ROLE,
    RoleSessionName: 'session',
    ...parameters,
  });
const refused = (code: string, message: string): Partial<Answered> => ({ status: 400, code, message });
const tag = (n: number, key: string) => ({ [`Tags.member.${n}.Key`]: key, [`Tags.member.${n}.Value`]: 'x' });

const malformed: readonly Fact[] = [
  'nothing-valid-in-here',
  'arn::b:::something/test-role',
  'arn:a::::something/test-role',
  'arn:a:::something/test-role',
  'arn:a:a::aaaaaaaaaa:',
].map((RoleArn) => ({
  source: 'test_sts.py::test_sts_invalid_parameters',
  asked: `the role ${RoleArn}`,
  ask: assume({ RoleArn }),
  answer: refused('ValidationError', `${RoleArn} is invalid`),
}));

const facts: readonly Fact[] = [
  ...malformed,
  {
    source: 'test_sts.py::test_sts_invalid_parameters (invalid-session-name)',
    asked: 'a session name with a colon',
    ask: assume({ RoleSessionName: 'Session1:2' }),
    answer: refused(
      'ValidationError',
      "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ),
  },
  {
    source: 'test_sts.py::test_assume_role_tag_validation (invalid-transitive-tag-keys)',
    asked: 'a transitive tag that is not given',
    ask: assume({ ...tag(1, 'SessionTag1'), 'TransitiveTagKeys.member.1': 'InvalidKey' }),
    answer: refused(
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    ),
  },
  {
    source: 'test_sts.py::test_assume_role_tag_validation (duplicate-tag-keys-different-casing)',
    asked: 'two tags that differ in case alone',
    ask: assume({ ...tag(1, 'SessionTag1'), ...tag(2, 'sessiontag1') }),
    answer: refused(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ),
  },
];

/** What was recorded of STS. */
export const stsFacts: RecordedService = {
  title: 'STS',
  facts,
};

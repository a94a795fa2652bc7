import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const events = (cloud: RecordedCloud, operation: string, input: object) => cloud.json(`AWSEvents.${operation}`, input);
const refused = (code: string, message: string): Partial<Answered> => ({ status: 400, code, message });
const entry = (more: object) => ({ Source: 'shop', DetailType: 'ordered', Detail: '{"id":1}', ...more });
const put = (cloud: RecordedCloud, ...entries: readonly object[]) => events(cloud, 'PutEvents', { Entries: entries });
const failedEntry = (ErrorCode: string, ErrorMessage: string): Partial<Answered> => ({
  status: 200,
  body: { FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }] },
});
const missing = (name: string) =>
  failedEntry('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
const queue = (Id: string, more: object = {}) => ({ Id, Arn: 'arn:aws:sqs:us-east-1:123456789012:any', ...more });
/** Makes a rule, then gives it targets. */
async function putTargets(cloud: RecordedCloud, Name: string, ...Targets: readonly object[]): Promise<Answered> {
  await events(cloud, 'PutRule', { Name, EventPattern: '{"source":["shop"]}' });
  return events(cloud, 'PutTargets', { Rule: Name, Targets });
}
const atTarget = (value: string, what: string) =>
  `1 validation error detected: Value '${value}' at 'targets.1.member.id' failed to satisfy constraint: ${what}`;

const facts: readonly Fact[] = [
  {
    source: 'test_events.py::test_put_events_without_source',
    asked: 'an event without a source',
    ask: (cloud) => put(cloud, entry({ Source: undefined })),
    answer: missing('Source'),
  },
  {
    source: 'test_events.py::test_put_event_without_detail',
    asked: 'an event without a detail',
    ask: (cloud) => put(cloud, entry({ Detail: undefined })),
    answer: missing('Detail'),
  },
  {
    source: 'test_events.py::test_put_event_without_detail_type',
    asked: 'an event without a detail type',
    ask: (cloud) => put(cloud, entry({ DetailType: undefined })),
    answer: missing('DetailType'),
  },
  ...['text', '["list"]', '{"cut', '"text"'].map((Detail) => ({
    source: 'test_events.py::test_put_event_malformed_detail',
    asked: `the detail ${Detail}`,
    ask: (cloud: RecordedCloud) => put(cloud, entry({ Detail })),
    answer: failedEntry('MalformedDetail', 'Detail is malformed.'),
  })),
  {
    source: 'test_events.py::test_put_event_with_too_big_detail',
    asked: 'an event of more than 256 KB',
    ask: (cloud) => put(cloud, entry({ Detail: JSON.stringify({ text: 'x'.repeat(300_000) }) })),
    answer: refused('ValidationException', 'Total size of the entries in the request is over the limit.'),
  },
  {
    source: 'test_events.py::test_create_multiple_event_buses_same_name',
    asked: 'a bus whose name is taken',
    async ask(cloud) {
      await events(cloud, 'CreateEventBus', { Name: 'taken' });
      return events(cloud, 'CreateEventBus', { Name: 'taken' });
    },
    answer: refused('ResourceAlreadyExistsException', 'Event bus taken already exists.'),
  },
  {
    source: 'test_events.py::test_describe_delete_not_existing_event_bus',
    asked: 'a bus that does not exist',
    ask: (cloud) => events(cloud, 'DescribeEventBus', { Name: 'nobody' }),
    answer: refused('ResourceNotFoundException', 'Event bus nobody does not exist.'),
  },
  {
    source: 'test_events.py::test_delete_default_event_bus',
    asked: 'the deletion of the default bus',
    ask: (cloud) => events(cloud, 'DeleteEventBus', { Name: 'default' }),
    answer: refused('ValidationException', 'Cannot delete event bus default.'),
  },
  {
    source: 'test_events.py::test_describe_nonexistent_rule',
    asked: 'a rule that does not exist',
    ask: (cloud) => events(cloud, 'DescribeRule', { Name: 'nothing' }),
    answer: refused('ResourceNotFoundException', 'Rule nothing does not exist on EventBus default.'),
  },
  {
    source: 'test_events.py::test_delete_rule_with_targets',
    asked: 'the deletion of a rule with targets',
    async ask(cloud) {
      await putTargets(cloud, 'with-targets', queue('one'));
      return events(cloud, 'DeleteRule', { Name: 'with-targets' });
    },
    answer: refused('ValidationException', "Rule can't be deleted since it has targets."),
  },
  {
    source: 'test_events.py::test_add_exceed_fife_targets_per_rule',
    asked: 'a sixth target',
    ask: (cloud) => putTargets(cloud, 'six', ...['1', '2', '3', '4', '5', '6'].map((id) => queue(id))),
    answer: refused('LimitExceededException', 'The requested resource exceeds the maximum number allowed.'),
  },
  {
    source: 'test_events.py::test_put_target_id_validation (invalid id)',
    asked: 'a target whose id has other characters',
    ask: (cloud) => putTargets(cloud, 'ids', queue('!@#$')),
    answer: refused(
      'ValidationException',
      atTarget('!@#$', 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+'),
    ),
  },
  {
    source: 'test_events.py::test_put_target_id_validation (length)',
    asked: 'a target whose id has 65 characters',
    ask: (cloud) => putTargets(cloud, 'ids', queue('x'.repeat(65))),
    answer: refused(
      'ValidationException',
      atTarget('x'.repeat(65), 'Member must have length less than or equal to 64'),
    ),
  },
  {
    source: 'test_events_inputs.py::test_put_event_input_path_and_input_transformer',
    asked: 'a target with two kinds of input',
    ask: (cloud) =>
      putTargets(
        cloud,
        'inputs',
        queue('one', {
          InputPath: '$.detail',
          InputTransformer: { InputPathsMap: { id: '$.id' }, InputTemplate: '"<id>"' },
        }),
      ),
    answer: refused(
      'ValidationException',
      'Only one of Input, InputPath, or InputTransformer must be provided for target one.',
    ),
  },
  {
    source: 'test_events_inputs.py::test_put_events_with_input_transformer_missing_keys',
    asked: 'a template with a placeholder that has no path',
    ask: (cloud) =>
      putTargets(
        cloud,
        'inputs',
        queue('one', { InputTransformer: { InputPathsMap: { id: '$.id' }, InputTemplate: '"<notdefinedkey>"' } }),
      ),
    answer: refused('ValidationException', 'InputTemplate for target one contains invalid placeholder notdefinedkey.'),
  },
  {
    source: 'test_events_schedule.py::tests_put_rule_with_schedule_custom_event_bus',
    asked: 'a schedule on a bus of its own',
    async ask(cloud) {
      await events(cloud, 'CreateEventBus', { Name: 'custom' });
      const rule = { Name: 'hourly', ScheduleExpression: 'rate(1 hour)', EventBusName: 'custom' };
      return events(cloud, 'PutRule', rule);
    },
    answer: refused('ValidationException', 'ScheduleExpression is supported only on the default event bus.'),
  },
  ...['cron(INVALID)', 'cron(0 dummy ? * MON-FRI *)', 'cron(71 8 1 * ? *)', 'cron(0 1 * * * *)'].map(
    (ScheduleExpression) => ({
      source: 'test_events_schedule.py::tests_put_rule_with_invalid_schedule_cron',
      asked: ScheduleExpression,
      ask: (cloud: RecordedCloud) => events(cloud, 'PutRule', { Name: 'daily', ScheduleExpression }),
      answer: refused('ValidationException', 'Parameter ScheduleExpression is not valid.'),
    }),
  ),
];

/** What was recorded of EventBridge. */
export const eventBridgeFacts: RecordedService = {
  title: 'EventBridge',
  facts,
};

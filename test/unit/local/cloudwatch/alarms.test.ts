import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/cloud.ts';
import { decodeCbor, encodeCbor } from '../../../../lib/local/wire/cbor.ts';
import { signedFor } from '../wire/open-wire.ts';

const TARGET = 'GraniteServiceVersion20100801';
const ALARM = {
  AlarmName: 'waits',
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateAgeOfOldestMessage',
  Statistic: 'Maximum',
  Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 3600.5,
  ComparisonOperator: 'GreaterThanThreshold',
};
const FORM = {
  AlarmName: 'waits',
  Namespace: 'AWS/SQS',
  MetricName: 'ApproximateAgeOfOldestMessage',
  Statistic: 'Maximum',
  'Dimensions.member.1.Name': 'QueueName',
  'Dimensions.member.1.Value': 'jobs',
  Period: '300',
  EvaluationPeriods: '1',
  Threshold: '3600.5',
  ComparisonOperator: 'GreaterThanThreshold',
};

/** CloudWatch, asked in each of its protocols. */
async function start() {
  const { endpoint, stop } = await createLocalCloud();
  onTestFinished(stop);
  const authorization = signedFor('monitoring');
  const post = async (path: string, headers: object, body: string | URLSearchParams | Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${endpoint}${path}`, {
      method: 'POST',
      headers: { authorization, ...headers },
      body,
    });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
  };
  return {
    // biome-ignore lint/suspicious/noExplicitAny: each operation has an output of its own
    async cbor(operation: string, input: object): Promise<any> {
      const headers = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
      const {
        status,
        bytes,
        headers: told,
      } = await post(`/service/${TARGET}/operation/${operation}`, headers, new Uint8Array(encodeCbor(input)));
      expect(told.get('smithy-protocol')).toBe('rpc-v2-cbor');
      return { status, ...(decodeCbor(bytes) as object) };
    },
    // biome-ignore lint/suspicious/noExplicitAny: each operation has an output of its own
    async json(operation: string, input: object): Promise<any> {
      const { status, bytes } = await post('/', { 'x-amz-target': `${TARGET}.${operation}` }, JSON.stringify(input));
      return { status, ...JSON.parse(bytes.toString()) };
    },
    async query(Action: string, form: Readonly<Record<string, string>>) {
      const { status, bytes } = await post('/', {}, new URLSearchParams({ Action, Version: '2010-08-01', ...form }));
      return { status, text: bytes.toString() };
    },
  };
}

describe('an alarm', () => {
  it.each(['cbor', 'json', 'query'] as const)('that is put by %s is read in every protocol', async (protocol) => {
    const client = await start();
    const put = protocol === 'query' ? client.query('PutMetricAlarm', FORM) : client[protocol]('PutMetricAlarm', ALARM);
    expect(await put).toMatchObject({ status: 200 });
    const { MetricAlarms: byCbor } = await client.cbor('DescribeAlarms', { AlarmNames: ['waits'] });
    expect(byCbor).toMatchObject([{ ...ALARM, StateValue: 'INSUFFICIENT_DATA', ActionsEnabled: true }]);
    expect(byCbor[0].StateUpdatedTimestamp).toBeInstanceOf(Date);
    const { MetricAlarms: byJson } = await client.json('DescribeAlarms', {});
    expect(byJson).toMatchObject([
      { ...ALARM, StateUpdatedTimestamp: byCbor[0].StateUpdatedTimestamp.getTime() / 1000 },
    ]);
    const { text } = await client.query('DescribeAlarms', {});
    expect(text).toContain('<MetricAlarms><member><AlarmName>waits</AlarmName>');
    expect(text).toContain(`<StateUpdatedTimestamp>${byCbor[0].StateUpdatedTimestamp.toISOString()}<`);
  });

  it('keeps its tags when it is put again, and is gone when it is deleted', async () => {
    const { cbor } = await start();
    const ResourceARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:waits';
    await cbor('PutMetricAlarm', { ...ALARM, Tags: [{ Key: 'team', Value: 'blue' }] });
    await cbor('PutMetricAlarm', { ...ALARM, Threshold: 1 });
    await cbor('TagResource', { ResourceARN, Tags: [{ Key: 'stage', Value: 'beta' }] });
    await cbor('UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect((await cbor('ListTagsForResource', { ResourceARN })).Tags).toEqual([{ Key: 'stage', Value: 'beta' }]);
    await cbor('DeleteAlarms', { AlarmNames: ['waits'] });
    expect((await cbor('DescribeAlarms', {})).MetricAlarms).toEqual([]);
    expect(await cbor('ListTagsForResource', { ResourceARN })).toMatchObject({
      status: 404,
      __type: 'ResourceNotFoundException',
    });
  });

  it.each<readonly [string, object, RegExp]>([
    ['no name', { AlarmName: undefined }, /Value null at 'alarmName' failed to satisfy constraint/],
    ['a comparison that is none', { ComparisonOperator: 'Near' }, /Value 'Near' at 'comparisonOperator'/],
    ['a statistic that is none', { Statistic: 'Median' }, /Value 'Median' at 'statistic'/],
    ['no periods', { EvaluationPeriods: 0 }, /Value '0' at 'evaluationPeriods'/],
    ['a threshold that is a text', { Threshold: 'high' }, /can not be converted to .*'threshold'/],
    ['neither metric nor metrics', { MetricName: undefined }, /MetricName is required/],
  ])('is refused with %s', async (_what, more, message) => {
    const { cbor } = await start();
    expect(await cbor('PutMetricAlarm', { ...ALARM, ...more })).toMatchObject({
      status: 400,
      message: expect.stringMatching(message),
    });
  });

  it('is refused for the same in every protocol', async () => {
    const { cbor, json, query } = await start();
    expect(await cbor('DescribeAlarms', { MaxRecords: 101 })).toMatchObject({ status: 400, __type: 'ValidationError' });
    expect(await json('DescribeAlarms', { MaxRecords: 101 })).toMatchObject({ status: 400, __type: 'ValidationError' });
    for (const MaxRecords of ['101', 'many']) {
      expect(await query('DescribeAlarms', { MaxRecords })).toMatchObject({ status: 400 });
    }
  });

  it.each(['null', 'a list', 'a number'])('is refused where the request is %s', async (what) => {
    const { cbor } = await start();
    const input = { null: null, 'a list': [1], 'a number': 7 }[what] as unknown as object;
    expect(await cbor('DescribeAlarms', input)).toMatchObject({ status: 400, __type: 'SerializationException' });
  });

  it('is all that is simulated: what else CloudWatch has answers 501', async () => {
    const { cbor, json, query } = await start();
    for (const answer of [
      await cbor('GetMetricData', {}),
      await json('GetMetricData', {}),
      await query('GetMetricData', {}),
    ]) {
      expect(answer.status).toBe(501);
    }
  });
});

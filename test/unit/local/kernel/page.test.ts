import { describe, expect, it } from 'vitest';
import { type Answer, startCloud } from '../cloudcontrol/cloud-client.ts';

type Service = 'cloudcontrol' | 'events' | 'logs' | 'secretsmanager' | 'sqs' | 'ssm';

const LISTS: readonly (readonly [service: Service, operation: string, input: object, code: string, member?: string])[] =
  [
    ['ssm', 'DescribeParameters', { MaxResults: 1 }, 'InvalidNextToken'],
    ['ssm', 'GetParametersByPath', { Path: '/p', MaxResults: 1 }, 'InvalidNextToken'],
    ['logs', 'DescribeLogGroups', { limit: 1 }, 'InvalidParameterException', 'nextToken'],
    ['events', 'ListRules', { Limit: 1 }, 'ValidationException'],
    ['cloudcontrol', 'ListResources', { TypeName: 'AWS::SQS::Queue', MaxResults: 1 }, 'InvalidRequestException'],
    ['cloudcontrol', 'ListResourceRequests', { MaxResults: 1 }, 'ValidationException'],
    ['secretsmanager', 'ListSecretVersionIds', { SecretId: 's', MaxResults: 1 }, 'InvalidNextTokenException'],
    ['sqs', 'ListQueues', { MaxResults: 1 }, 'InvalidParameterValueException'],
  ];

describe('a token of a list', () => {
  it('leads to the second page of that list, and is refused by every other', async () => {
    const { json, settled } = await startCloud();
    for (const name of ['a', 'b']) {
      await json('ssm', 'PutParameter', { Name: `/p/${name}`, Type: 'String', Value: 'x' });
      await json('logs', 'CreateLogGroup', { logGroupName: name });
      await json('events', 'PutRule', { Name: name, EventPattern: '{"source":["x"]}' });
      const DesiredState = JSON.stringify({ QueueName: name });
      await settled(await json('cloudcontrol', 'CreateResource', { TypeName: 'AWS::SQS::Queue', DesiredState }));
    }
    await json('secretsmanager', 'CreateSecret', { Name: 's', SecretString: 'x' });
    await json('secretsmanager', 'PutSecretValue', { SecretId: 's', SecretString: 'y' });

    const tokens: string[] = [];
    for (const [service, operation, input, , member = 'NextToken'] of LISTS) {
      const first: Answer = await json(service, operation, input);
      expect(first[member], operation).toEqual(expect.any(String));
      const second: Answer = await json(service, operation, { ...input, [member]: first[member] });
      expect(second, operation).not.toHaveProperty(member);
      expect(JSON.stringify(second)).not.toBe(JSON.stringify(first));
      tokens.push(first[member]);
    }
    for (const [index, [service, operation, input, code, member = 'NextToken']] of LISTS.entries()) {
      for (const token of ['made-up', tokens[(index + 1) % tokens.length]]) {
        const answer: Answer = await json(service, operation, { ...input, [member]: token });
        expect(String(answer.code).split('#').at(-1), operation).toBe(code);
      }
    }
  });

  it.each([
    ['codebuild', 'ListBuilds', 'nextToken', 'InvalidInputException'],
    ['servicecatalog', 'ListRecordHistory', 'PageToken', 'InvalidParametersException'],
    ['servicecatalog', 'SearchProvisionedProducts', 'PageToken', 'InvalidParametersException'],
  ])(
    'that %s %s never gave is refused, where there is nothing to list, too',
    async (service, operation, member, code) => {
      const { cloud } = await startCloud();
      // The last two are how other lists of these services would tell a place.
      for (const token of ['made-up', 'x', '0', Buffer.from('0').toString('base64url')]) {
        await expect(cloud.ask(service, operation, { [member]: token })).rejects.toMatchObject({ code });
      }
      await expect(cloud.ask(service, operation, {})).resolves.toBeDefined();
    },
  );
});

import { expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/cloud.ts';
import { signedFor } from '../wire/open-wire.ts';
import { zipOf } from './zip-of.ts';

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const UNTAGGED = { Null: { 'aws:RequestTag/team': 'true' } };
const ROLE = 'arn:aws:iam::123456789012:role/maker';

/** A cloud in which a role may make anything but what has no tag `team`. */
async function start() {
  const cloud = await createLocalCloud();
  onTestFinished(() => cloud.stop());
  const form = (service: string, parameters: Readonly<Record<string, string>>, key?: string) =>
    fetch(cloud.endpoint, {
      method: 'POST',
      headers: { authorization: signedFor(service, key) },
      body: new URLSearchParams({ ...parameters }),
    });
  const AssumeRolePolicyDocument = policy({
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await form('iam', { Action: 'CreateRole', RoleName: 'maker', AssumeRolePolicyDocument });
  const making = ['lambda:CreateFunction', 'sqs:CreateQueue', 'iam:CreateRole', 'codepipeline:CreatePipeline'];
  const PolicyDocument = policy(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: making, Resource: '*', Condition: UNTAGGED },
  );
  await form('iam', { Action: 'PutRolePolicy', RoleName: 'maker', PolicyName: 'make', PolicyDocument });
  const { accessKeyId } = cloud.identity.issue(ROLE, { sessionName: 's' });
  async function createFunction(Tags?: object): Promise<number> {
    const Code = { ZipFile: (await zipOf({ 'index.js': '' })).toString('base64') };
    const input = { FunctionName: 'f', Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code, Tags };
    const headers = { authorization: signedFor('lambda', accessKeyId) };
    const address = `${cloud.endpoint}/2015-03-31/functions`;
    return (await fetch(address, { method: 'POST', headers, body: JSON.stringify(input) })).status;
  }
  const ask = async (service: string, parameters: Readonly<Record<string, string>>) =>
    (await form(service, parameters, accessKeyId)).status;
  return { createFunction, ask };
}

it('asks policies about the tags of a request, in every protocol', async () => {
  const { createFunction, ask } = await start();
  expect([await createFunction(), await createFunction({ team: 'blue' })]).toEqual([403, 201]);
  const queue = { Action: 'CreateQueue', QueueName: 'q' };
  expect(await ask('sqs', queue)).toBe(403);
  expect(await ask('sqs', { ...queue, 'Tag.1.Key': 'team', 'Tag.1.Value': 'blue' })).toBe(200);
  const role = {
    Action: 'CreateRole',
    RoleName: 'r',
    AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }),
  };
  expect(await ask('iam', role)).toBe(403);
  expect(await ask('iam', { ...role, 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'blue' })).toBe(200);
});

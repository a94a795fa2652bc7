import { AwsCallError, type AwsConnection, type AwsCredentials, callQuery, xmlText } from '../aws/index.ts';

const STS = { service: 'sts', version: '2011-06-15' } as const;

/** Assumes a role once, without retries, at the Region's own endpoint. @throws AwsCallError */
export async function assumeRole(
  connection: AwsConnection,
  roleArn: string,
  roleSessionName: string,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const input = { RoleArn: roleArn, RoleSessionName: roleSessionName };
  const answer = await callQuery(connection, STS, 'AssumeRole', input, signal);
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    xmlText(answer, 'AccessKeyId'),
    xmlText(answer, 'SecretAccessKey'),
    xmlText(answer, 'SessionToken'),
    xmlText(answer, 'Expiration'),
  ];
  if (accessKeyId && secretAccessKey && sessionToken && expiration) {
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) };
  }
  const action = 'sts:AssumeRole';
  throw new AwsCallError(`${action} answered without credentials`, {
    code: 'UnreadableAnswer',
    fault: 'server',
    action,
  });
}

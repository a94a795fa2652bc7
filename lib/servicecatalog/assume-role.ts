import { AwsCallError, type AwsConnection, type AwsCredentials, readBody, sendSigned } from '../aws/index.ts';

const ACTION = 'sts:AssumeRole';

/** Assumes a role once, without retries, at the Region's own endpoint. @throws AwsCallError */
export async function assumeRole(
  connection: AwsConnection,
  roleArn: string,
  roleSessionName: string,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const form = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: roleArn, RoleSessionName: roleSessionName };
  const response = await sendSigned(connection, {
    service: 'sts',
    action: ACTION,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams(form).toString(),
    signal,
  });
  const text = (await readBody(response, ACTION)).toString('utf8');
  const status = response.statusCode ?? 0;
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    element(text, 'AccessKeyId'),
    element(text, 'SecretAccessKey'),
    element(text, 'SessionToken'),
    element(text, 'Expiration'),
  ];
  if (status < 300 && accessKeyId && secretAccessKey && sessionToken && expiration) {
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) };
  }
  const code = element(text, 'Code') ?? (status < 300 ? 'UnreadableAnswer' : `Http${status}`);
  throw new AwsCallError(`${ACTION} failed: ${code}: ${element(text, 'Message') ?? `HTTP status ${status}`}`, {
    code,
    fault: status >= 400 && status < 500 ? 'client' : 'server',
    action: ACTION,
    status,
    requestId: element(text, 'RequestId'),
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" };

/** The text of the first element of a name; STS's answers nest none of these. */
function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found?.trim().replace(/&(amp|lt|gt|quot|apos|#39);/g, (_, entity: string) => ENTITIES[entity] ?? '');
}

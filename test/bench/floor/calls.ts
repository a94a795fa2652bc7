import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/*
 * The gate's calls and nothing else: connections of the init phase, and requests of prepared bytes, unsigned. What they cost
 * is what no function that makes them can be below.
 */

const ledger = await open(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? process.env.AWS_ENDPOINT_URL ?? '');
const codepipeline = await open(process.env.AWS_ENDPOINT_URL_CODEPIPELINE ?? process.env.AWS_ENDPOINT_URL ?? '');

const update = request('DynamoDB_20120810.UpdateItem', {
  TableName: 'Ledger',
  Key: { id: { S: 'floor' } },
  UpdateExpression: 'SET #a = :a',
  ExpressionAttributeNames: { '#a': 'a' },
  ExpressionAttributeValues: { ':a': { S: 'a' } },
});
const success = request('CodePipeline_20150709.PutJobSuccessResult', { jobId: 'floor' });

export async function handler(event: {
  readonly 'CodePipeline.job': {
    readonly data: { readonly actionConfiguration: { readonly configuration: { readonly UserParameters: string } } };
  };
}): Promise<void> {
  const { configuration } = event['CodePipeline.job'].data.actionConfiguration;
  await send(ledger, update);
  const response = await fetch((JSON.parse(configuration.UserParameters) as { url: string }).url);
  await response.body?.cancel();
  await send(ledger, update);
  await send(codepipeline, success);
}

function open(endpoint: string): Promise<Socket> {
  const { protocol, hostname: host, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const socket: Socket =
      protocol === 'https:'
        ? connectTls({ host, port: Number(port), servername: host }, () => resolve(socket))
        : connect({ host, port: Number(port) }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function request(target: string, input: object): Buffer {
  const body = JSON.stringify(input);
  const head = `POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: ${target}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/** Both answers are smaller than one packet. */
function send(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  socket.write(bytes);
  return answer;
}

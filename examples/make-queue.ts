import { ensureResource, ResourceRequestError, wait } from 'ringback/cloudcontrol';

/** Makes a queue from any process, and gives its ARN. */
export async function makeQueue(QueueName: string, signal?: AbortSignal): Promise<string> {
  const request = ensureResource({ typeName: 'AWS::SQS::Queue', desiredState: { QueueName, VisibilityTimeout: 60 } });
  try {
    const queue = await wait(request, {
      onProgress: ({ summary }) => process.stderr.write(`${summary}\n`),
      ...(signal === undefined ? {} : { signal }),
    });
    return String((await queue.properties()).Arn);
  } catch (error) {
    if (error instanceof ResourceRequestError && error.possibleRemnant !== undefined) {
      process.stderr.write(`look at ${error.possibleRemnant}: it may have been left behind\n`);
    }
    throw error;
  }
}

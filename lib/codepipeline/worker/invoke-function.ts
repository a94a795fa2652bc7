import { AwsCallError, callSigned, tryUntil } from '../../aws/index.ts';
import type { Asking } from '../../core/service.ts';

const ACTION = 'lambda:InvokeFunction';

/** Queues an event for a function (asynchronous invocation); Lambda keeps it from here on. @throws AwsCallError */
export async function invokeFunction(
  functionArn: string,
  event: object,
  { connection, time, until }: Asking,
): Promise<void> {
  const body = JSON.stringify(event);
  await tryUntil(
    async (signal) => {
      const { status, headers, text } = await callSigned(connection, {
        service: 'lambda',
        action: ACTION,
        method: 'POST',
        path: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
        headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
        body,
        signal,
      });
      if (status < 200 || status >= 300) throw errorOf(headers['x-amzn-errortype'], text, status);
    },
    { until, time },
  );
}

function errorOf(type: string | undefined, text: string, status: number): AwsCallError {
  const code = String(type ?? `Http${status}`).split(':')[0] ?? '';
  let message = `HTTP status ${status}`;
  try {
    const body = JSON.parse(text) as { message?: string; Message?: string };
    message = body.message ?? body.Message ?? message;
  } catch {
    // A body that is not JSON comes from something in between; the status has to do.
  }
  return new AwsCallError(`${ACTION} failed: ${code}: ${message}`, {
    code,
    fault: status >= 500 ? 'server' : 'client',
    action: ACTION,
    status,
  });
}

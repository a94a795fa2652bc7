import { AwsError } from '../kernel/aws-error.ts';
import type { Queue } from './queue.ts';
import { parseRedriveAllowPolicy, parseRedrivePolicy } from './queue-attributes.ts';

/**
 * Checks where a queue's messages go that were received too often: to another queue, which is there and lets it.
 *
 * @throws AwsError InvalidParameterValue
 */
export function checkRedrive(
  { arn, attributes }: Pick<Queue, 'arn' | 'attributes'>,
  queues: Iterable<Pick<Queue, 'arn' | 'attributes'>>,
): void {
  const text = attributes.RedrivePolicy;
  if (text === undefined) return;
  const { deadLetterTargetArn } = parseRedrivePolicy(text);
  const refused = (reason: string) =>
    new AwsError('InvalidParameterValue', `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  if (deadLetterTargetArn === arn) throw refused('Dead letter target must not be the queue itself.');
  const target = [...queues].find((queue) => queue.arn === deadLetterTargetArn);
  if (target === undefined) throw refused('Dead letter target does not exist.');
  const allowed = target.attributes.RedriveAllowPolicy;
  if (allowed === undefined) return;
  const { redrivePermission, sourceQueueArns } = parseRedriveAllowPolicy(allowed);
  if (redrivePermission === 'allowAll' || sourceQueueArns.includes(arn)) return;
  throw refused("Dead letter target's redrive allow policy does not allow this queue.");
}

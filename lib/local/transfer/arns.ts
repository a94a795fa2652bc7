import { createHash } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { ResourceDeclaration } from '../kernel/service.ts';

type Place = Pick<Kernel, 'partition' | 'region' | 'accountId'>;

/** The ARN of a workflow or server, as IAM policies name it. */
export function transferArn(place: Place, kind: 'workflow' | 'server', id: string): string {
  return `arn:${place.partition}:transfer:${place.region}:${place.accountId}:${kind}/${id}`;
}

/** An id in the service's form, a prefix and 17 hexadecimal digits; the same for the same resource in every run. */
export function stableId(prefix: 'w-' | 's-', { stackName, logicalId }: ResourceDeclaration): string {
  return prefix + createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 17);
}

/** A new id in the service's form. */
export function newWorkflowId(kernel: Kernel): string {
  return `w-${createHash('sha256').update(kernel.uuid()).digest('hex').slice(0, 17)}`;
}

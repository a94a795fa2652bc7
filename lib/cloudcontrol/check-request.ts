import { ConfigurationError } from '../core/errors.ts';
import { describeValue } from '../core/option-kinds.ts';
import type { ResourceRequest } from './resource-request.ts';

/** Checks that something can be carried out. @param name - of the public function, for the message @throws ConfigurationError */
export function checkRequest(name: string, request: ResourceRequest<unknown>): void {
  if (typeof request?.advance === 'function') return;
  throw new ConfigurationError(
    `${name} takes a request, as createResource and inOrder make one, but got ${describeValue(request)}`,
  );
}

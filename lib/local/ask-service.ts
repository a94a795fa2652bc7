import { AwsError } from './kernel/aws-error.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { LocalService } from './kernel/service.ts';
import { validateInput } from './wire/validate-input.ts';

/** Carries out one operation inside the process; see {@link createAsk}. */
export type Ask = (service: string, operation: string, input: object) => Promise<unknown>;

/**
 * Creates the way to ask services without the wire, as the account's root: faults do not strike there, and no `call` is
 * told. It is for those who look at the cloud, and must not be seen in what they look at.
 */
export function createAsk(kernel: Kernel, services: readonly LocalService[]): Ask {
  // Any key that was not handed out is the developer's own.
  const principal = kernel.identity.principalOf('developer');

  return async (service, operation, input) => {
    const api = services.find(({ name }) => name === service)?.json;
    const act = Object.hasOwn(api?.operations ?? {}, operation) ? api?.operations[operation] : undefined;
    if (act === undefined) {
      throw new AwsError('UnknownOperationException', `${service} ${operation} is not simulated, or not by JSON`);
    }
    if (api?.model !== undefined) validateInput(api.model, operation, input);
    return act(input, {
      requestId: kernel.uuid(),
      principal,
      authorize: (action, resource, context, resourcePolicies) =>
        kernel.identity.authorize(principal, action, resource, context, resourcePolicies),
    });
  };
}

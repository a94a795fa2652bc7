import type { HookPort } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/cloudcontrol.json' with { type: 'json' };
import type { HandlerFaults } from './handler-faults.ts';
import { createHandlers, type HandlersOptions } from './handlers.ts';
import { createReadOperations } from './read-operations.ts';
import { createRequestOperations } from './request-operations.ts';
import { createRequestRunner } from './request-runner.ts';
import { createRequestStore } from './request-store.ts';
import type { TypeCatalog } from './type-catalog.ts';
import { createWriteOperations } from './write-operations.ts';

/** What Cloud Control reaches of the other services. */
export interface CloudControlOptions {
  readonly types: TypeCatalog;
  readonly hooks: HookPort;
  /** Credentials with which handlers act on behalf of a caller. */
  readonly forward: HandlersOptions['forward'];
  /** @defaultValue nothing goes wrong on purpose */
  readonly faults?: HandlerFaults;
}

/**
 * Creates the Cloud Control API (JSON 1.0). Its handlers call the services of the local cloud over the wire, as every
 * client does, so that what they make is there for all, and what their caller may not do fails.
 */
export function createCloudControl(kernel: Kernel, options: CloudControlOptions): LocalService {
  const { types, hooks, forward, faults = { strike: () => undefined } } = options;
  const requests = createRequestStore(kernel);
  const handlers = createHandlers({ kernel, forward, faults });
  const runner = createRequestRunner({ kernel, hooks });
  const parts = { kernel, types, requests, handlers, runner, forward };
  return {
    name: 'cloudcontrol',
    json: {
      targetPrefix: 'CloudApiService',
      jsonVersion: '1.0',
      model,
      operations: {
        ...createWriteOperations(parts),
        ...createReadOperations(parts),
        ...createRequestOperations(parts),
      },
    },
    stop: () => runner.stop(),
  };
}

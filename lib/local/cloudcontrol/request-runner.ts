import type { HookPort, HookQuestion } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { HandlerError } from './handler-error.ts';
import type { ResourceRequest } from './request-store.ts';

/** What is done for a request. */
export interface RequestWork {
  /** What hooks are asked. */
  readonly properties?: HookQuestion['properties'];
  readonly previousProperties?: HookQuestion['previousProperties'];
  /** Calls the handler; resolves to the identifier. @throws HandlerError */
  readonly handle: () => Promise<string>;
  /** What is told of the success, where there is something to tell. */
  readonly remark?: string | undefined;
}

/** Carries requests out, one after the other on each resource, all resources side by side. */
export interface RequestRunner {
  start(request: ResourceRequest, work: RequestWork): void;
  /** Asks a request to end; what it has made so far stays. */
  cancel(request: ResourceRequest): void;
  stop(): void;
}

/** How long a handler looks at its resource before it calls it stable, in simulated milliseconds. */
export const STABILIZE_MS = 500;
/** How long a request is on its way to its cancellation, in simulated milliseconds. */
const CANCEL_MS = 1_000;

/** Creates a runner. */
export function createRequestRunner({
  kernel,
  hooks,
}: {
  readonly kernel: Kernel;
  readonly hooks: HookPort;
}): RequestRunner {
  const { clock, events } = kernel;
  const stopping = new AbortController();

  function settle(request: ResourceRequest, status: ResourceRequest['status']): void {
    request.status = status;
    const { typeName, identifier = '', operation, errorCode, statusMessage } = request;
    const detail = [operation, errorCode, statusMessage].filter((part) => part !== undefined).join(' ');
    events.emit('state', {
      service: 'cloudcontrol',
      resource: `${typeName} ${identifier}`.trim(),
      state: status,
      detail,
    });
  }

  async function askHooks(request: ResourceRequest, { properties, previousProperties }: RequestWork): Promise<void> {
    const { typeName, operation, identifier = '', requestToken } = request;
    const hooksRequestToken = kernel.uuid();
    const question: HookQuestion = {
      operation: 'CLOUD_CONTROL',
      action: operation,
      targetName: typeName,
      targetLogicalId: [typeName, identifier, operation, requestToken].join('|'),
      targetId: hooksRequestToken,
      ...(properties === undefined ? {} : { properties }),
      ...(previousProperties === undefined ? {} : { previousProperties }),
    };
    if (!hooks.concerns(question)) return;
    request.hooksRequestToken = hooksRequestToken;
    const refused = await hooks.ask(question, request.hooks);
    if (refused.length === 0) return;
    const names = refused.map((hook) => hook.typeName).join(', ');
    throw new HandlerError('GeneralServiceException', `The following hook(s) failed: [${names}]`);
  }

  async function run(request: ResourceRequest, work: RequestWork): Promise<void> {
    try {
      await askHooks(request, work);
      if (request.status !== 'IN_PROGRESS') return;
      const identifier = await work.handle();
      request.identifier = identifier;
      await clock.sleep(STABILIZE_MS, stopping.signal);
      if (request.status !== 'IN_PROGRESS') return;
      if (work.remark !== undefined) request.statusMessage = work.remark;
      settle(request, 'SUCCESS');
    } catch (error) {
      if (stopping.signal.aborted || request.status !== 'IN_PROGRESS') return;
      request.errorCode = error instanceof HandlerError ? error.code : 'InternalFailure';
      request.statusMessage = error instanceof Error ? error.message : String(error);
      settle(request, 'FAILED');
    }
  }

  return {
    start(request, work) {
      // The first answer goes out before anything happens.
      setImmediate(() => void run(request, work));
    },
    cancel(request) {
      settle(request, 'CANCEL_IN_PROGRESS');
      clock.after(CANCEL_MS, () => settle(request, 'CANCEL_COMPLETE'));
    },
    stop: () => stopping.abort(),
  };
}

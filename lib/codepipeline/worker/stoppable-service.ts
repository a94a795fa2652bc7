import type { TaskService } from '../../core/service.ts';

/** A service that can be told to take no more jobs. */
export interface StoppableService<Task> {
  readonly service: TaskService<Task>;
  /** Resolves when each job that is being acknowledged is known to be ours or not. */
  stop(): Promise<void>;
}

/** The same service, until it is told to stop: what it has not acknowledged by then is left to others. */
export function stoppableService<Task>(service: TaskService<Task>): StoppableService<Task> {
  const { acknowledge } = service;
  const underWay = new Set<Promise<unknown>>();
  let isStopped = false;
  return {
    service:
      acknowledge === undefined
        ? service
        : {
            ...service,
            acknowledge(...parts) {
              if (isStopped) return Promise.resolve('not ours');
              const answer = acknowledge(...parts);
              const ended: Promise<unknown> = answer.catch(() => undefined).finally(() => underWay.delete(ended));
              underWay.add(ended);
              return answer;
            },
          },
    async stop() {
      isStopped = true;
      await Promise.all(underWay);
    },
  };
}

import type { OnCrash } from '../constants.ts';
import type { Runtime } from './runtime.ts';
import type { Sample } from './sample.ts';
import type { TaskService } from './service.ts';

/** Options of every handler. */
export interface HandlerOptions {
  /**
   * What happens to a delivery whose process died before it decided: answered failed, or run once more.
   *
   * @defaultValue 'fail', or what the construct was told
   */
  readonly onCrash?: OnCrash;
}

/** What a handler is made of. */
export interface HandlerParts<Task> {
  readonly service: TaskService<Task>;
  readonly logic: (task: Task) => unknown;
  readonly options: HandlerOptions;
  /** Gives the runtime, at the first invocation. */
  readonly provide: () => Runtime;
  /** What the init phase rehearses. @defaultValue a delivery without a task */
  readonly sample?: () => Sample;
}

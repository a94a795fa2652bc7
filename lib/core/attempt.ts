import type { OnCrash } from '../constants.ts';
import type { InvocationContext } from './deadline.ts';
import type { Answering } from './decide.ts';
import type { Runtime } from './runtime.ts';
import type { SecretScope } from './secrets/redactor.ts';
import type { Parsed, TaskService } from './service.ts';

/** One delivery and all that is needed to answer it. */
export interface Attempt<Task> extends Answering {
  readonly service: TaskService<Task>;
  readonly logic: (task: Task) => unknown;
  readonly onCrash: OnCrash;
  readonly runtime: Runtime;
  readonly context: InvocationContext;
  readonly parsed: Parsed<Task>;
  /** Takes the delivery's secrets; whoever made it ends it. */
  readonly secrets: SecretScope;
  /** The event as the service sent it, for bringing it back. */
  readonly event: unknown;
}

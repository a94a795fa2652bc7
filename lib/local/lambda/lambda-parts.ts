import type { Kernel } from '../kernel/kernel.ts';
import type { QueuePort } from '../kernel/ports.ts';
import type { FunctionRecord } from './function-definition.ts';
import type { FrontDoor } from './function-port.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { FunctionStates } from './function-state.ts';
import type { LocalFunction } from './local-function.ts';
import type { MappingStore } from './mapping-store.ts';
import type { ResourceTags } from './resource-tags.ts';
import type { CodeUpload } from './uploaded-code.ts';

/** What the operations of the Lambda API share. */
export interface LambdaParts {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly door: FrontDoor;
  readonly states: FunctionStates;
  readonly mappings: MappingStore;
  readonly tags: ResourceTags;
  readonly queues: Pick<QueuePort, 'visibilityTimeoutSeconds'>;
  readonly upload: CodeUpload;
  /** Creates a function that nobody knows yet. */
  readonly createFunction: (definition: FunctionRecord) => LocalFunction;
}

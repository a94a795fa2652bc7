import type { LocalService } from './kernel/service.ts';

/** What is simulated of one service. */
export interface SimulatedService {
  /** The service's endpoint prefix, such as `codepipeline`. */
  readonly name: string;
  readonly operations: readonly string[];
  /** Resource types of templates. */
  readonly resources: readonly string[];
}

/** Describes what a service simulates, as it is registered in the code. */
export function simulatedService({ name, json, http, resources }: LocalService): SimulatedService {
  return {
    name,
    operations: [...Object.keys(json?.operations ?? {}), ...(http?.operations ?? [])].sort(),
    resources: Object.keys(resources ?? {}).sort(),
  };
}

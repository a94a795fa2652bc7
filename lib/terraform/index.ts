export type {
  HookInput,
  TerraformEngineOptions,
  TerraformHooks,
  TerraformRunner,
  TerraformSettings,
} from './engine-options.ts';
export { EngineFailure, type FailureFault, type FailureKind } from './failure.ts';
export type { TerraformOperation } from './operation.ts';
export { terraformEngine } from './terraform-engine.ts';
export { readParameters, terraformParameters } from './terraform-parameters.ts';

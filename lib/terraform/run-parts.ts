import type { TerraformOperation } from './operation.ts';
import type { OperationRun } from './operation-run.ts';
import type { keysOf, ProductStore } from './product-store.ts';
import type { RunTimes } from './run-times.ts';
import type { Withholding } from './withholding.ts';

/** What the steps of one operation share. */
export interface RunParts extends Withholding {
  readonly operation: TerraformOperation;
  readonly run: OperationRun;
  readonly store: ProductStore;
  readonly keys: ReturnType<typeof keysOf>;
  readonly region: string;
  readonly time: RunTimes;
  readonly workspace: string;
}

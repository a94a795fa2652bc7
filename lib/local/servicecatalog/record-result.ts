import type { ProductRecord } from './provisioned-product.ts';

/** How an operation on a provisioned product ended. */
export interface RecordResult {
  readonly recordId: string;
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** Of the provisioned product, or TERMINATED where it is gone. */
  readonly productStatus: 'AVAILABLE' | 'TAINTED' | 'ERROR' | 'UNDER_CHANGE' | 'TERMINATED';
  /** Why it failed. */
  readonly reason: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What a settled record came to. */
export function recordResult({ id, status, target, errors, outputs }: ProductRecord): RecordResult {
  return {
    recordId: id,
    status: status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED',
    productStatus: target.gone ? 'TERMINATED' : target.status,
    reason: errors[0]?.Description,
    outputs: Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  };
}

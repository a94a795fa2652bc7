import type { JsonServiceId } from '../aws/index.ts';

/** One call of a result API. */
export interface ResultRequest {
  readonly api: JsonServiceId;
  readonly operation: string;
  readonly input: object;
}

/** The parts of stage conditions, in the form of the API, as GetPipeline shows them. */

/** What may follow from a condition, or from the failure of a stage. */
export const RESULTS = ['ROLLBACK', 'FAIL', 'RETRY', 'SKIP'] as const;

/** One of {@link RESULTS}. */
export type Result = (typeof RESULTS)[number];

/** Which actions of a failed stage run again. */
export const RETRY_MODES = ['FAILED_ACTIONS', 'ALL_ACTIONS'] as const;

/** One of {@link RETRY_MODES}. */
export type RetryMode = (typeof RETRY_MODES)[number];

/** What kind of rule, and whose. */
export interface RuleTypeId {
  readonly category: string;
  readonly owner?: string;
  readonly provider: string;
  readonly version?: string;
}

/** One rule of a condition. */
export interface RuleDeclaration {
  readonly name: string;
  readonly ruleTypeId: RuleTypeId;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly { readonly name: string }[];
  readonly commands?: readonly string[];
  readonly roleArn?: string;
  readonly region?: string;
  readonly timeoutInMinutes?: number;
}

/** Rules that are judged together, and what follows when one of them does not hold. */
export interface Condition {
  readonly result?: Result;
  readonly rules: readonly RuleDeclaration[];
}

/** The conditions of a stage. */
export interface StageConditions {
  readonly beforeEntry?: { readonly conditions: readonly Condition[] };
  readonly onSuccess?: { readonly conditions: readonly Condition[] };
  readonly onFailure?: {
    readonly result?: Result;
    readonly retryConfiguration?: { readonly retryMode?: RetryMode };
    readonly conditions?: readonly Condition[];
  };
}

/** When a condition is judged, as OverrideStageCondition names it; ON_FAILURE cannot be overridden. */
export type ConditionType = 'BEFORE_ENTRY' | 'ON_SUCCESS' | 'ON_FAILURE';

/** The text form of a rule type, such as `AWS/Rule/VariableCheck`. */
export function describeRuleType({ owner = 'AWS', category, provider }: RuleTypeId): string {
  return `${owner}/${category}/${provider}`;
}

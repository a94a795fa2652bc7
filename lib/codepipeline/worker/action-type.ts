import { InvalidOptionError } from '../../core/errors.ts';

/** The categories of actions. */
const actionCategories = ['Source', 'Build', 'Deploy', 'Test', 'Invoke', 'Approval', 'Compute'] as const;

/** One of {@link actionCategories}. */
export type ActionCategory = (typeof actionCategories)[number];

/** The action type that a worker serves. */
export interface ActionType {
  readonly category: ActionCategory;
  /** 1 to 35 letters, digits, `_` and `-`. */
  readonly provider: string;
  /** 1 to 9 letters, digits, `_` and `-`. @defaultValue '1' */
  readonly version?: string;
}

/** An action type as the API names it. */
export interface ActionTypeId extends Required<ActionType> {
  readonly owner: 'Custom' | 'ThirdParty';
}

// Patterns of the API model (codepipeline 2015-07-09): ActionProvider, Version.
const PROVIDER = /^[0-9A-Za-z_-]{1,35}$/;
const VERSION = /^[0-9A-Za-z_-]{1,9}$/;

/** Completes and checks an action type. @throws InvalidOptionError that names the member and what it may be */
export function actionTypeId(actionType: ActionType, owner: ActionTypeId['owner']): ActionTypeId {
  const { category, provider, version = '1' } = actionType ?? {};
  if (!actionCategories.includes(category)) {
    throw new InvalidOptionError(
      `actionType.category must be one of ${actionCategories.join(', ')}, but is ${JSON.stringify(category)}`,
    );
  }
  if (typeof provider !== 'string' || !PROVIDER.test(provider)) {
    throw new InvalidOptionError(
      `actionType.provider must be 1 to 35 letters, digits, _ and -, but is ${JSON.stringify(provider)}`,
    );
  }
  if (typeof version !== 'string' || !VERSION.test(version)) {
    throw new InvalidOptionError(
      `actionType.version must be a text of 1 to 9 letters, digits, _ and -, but is ${JSON.stringify(version)}`,
    );
  }
  return { category, owner, provider, version };
}

/** An action type in one line, for messages: `Custom/Test/Checks/1`. */
export function describeActionType({ owner, category, provider, version }: ActionTypeId): string {
  return [owner, category, provider, version].join('/');
}

import { AwsError } from '../kernel/aws-error.ts';
import { type ActionTypeId, describeActionType } from './pipeline.ts';

/** How many artifacts an action of a type takes or gives; both 0 to 5. */
export interface ArtifactBounds {
  readonly minimumCount: number;
  readonly maximumCount: number;
}

/** One configuration property of a custom action type. */
export interface ConfigurationProperty {
  readonly name: string;
  readonly required: boolean;
  readonly key: boolean;
  readonly secret: boolean;
  readonly queryable?: boolean;
  readonly description?: string;
  readonly type?: 'String' | 'Number' | 'Boolean';
}

/** The links of a custom action type. */
export interface ActionTypeSettings {
  readonly thirdPartyConfigurationUrl?: string;
  readonly entityUrlTemplate?: string;
  readonly executionUrlTemplate?: string;
  readonly revisionUrlTemplate?: string;
}

/** An action type as ListActionTypes shows it. */
export interface ActionType {
  readonly id: ActionTypeId;
  readonly settings?: ActionTypeSettings;
  readonly actionConfigurationProperties?: readonly ConfigurationProperty[];
  readonly inputArtifactDetails: ArtifactBounds;
  readonly outputArtifactDetails: ArtifactBounds;
}

/** The action types that one local cloud knows. */
export interface ActionTypeRegistry {
  /** Adds a custom action type. @throws AwsError ValidationException, LimitExceededException */
  create(type: ActionType): ActionType;
  /** Adds or replaces a third-party action type, which nobody creates by himself. */
  put(type: ActionType): void;
  /** Marks a custom action type as deleted; does nothing when there is none. */
  delete(id: ActionTypeId): void;
  find(id: ActionTypeId): ActionType | undefined;
  /** @throws AwsError ActionTypeNotFoundException in the service's own wording */
  get(id: ActionTypeId): ActionType;
  list(owner?: string): readonly ActionType[];
}

/** Custom action types in one account and Region (user guide, quotas). */
export const CUSTOM_ACTION_TYPE_LIMIT = 50;

const property = (name: string, required: boolean, key = false): ConfigurationProperty => ({
  name,
  required,
  key,
  secret: false,
});
const bounds = (minimumCount: number, maximumCount: number): ArtifactBounds => ({ minimumCount, maximumCount });

/** The types of AWS that the local cloud plays, with the artifact counts of the user guide's action reference. */
const AWS_ACTION_TYPES: readonly ActionType[] = [
  {
    id: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
    actionConfigurationProperties: [
      property('S3Bucket', true, true),
      property('S3ObjectKey', true, true),
      property('PollForSourceChanges', false),
      property('AllowOverrideForS3ObjectKey', false),
    ],
    inputArtifactDetails: bounds(0, 0),
    outputArtifactDetails: bounds(1, 1),
  },
  {
    id: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    actionConfigurationProperties: [property('FunctionName', true, true), property('UserParameters', false)],
    inputArtifactDetails: bounds(0, 5),
    outputArtifactDetails: bounds(0, 5),
  },
  {
    id: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
    actionConfigurationProperties: [
      property('NotificationArn', false),
      property('CustomData', false),
      property('ExternalEntityLink', false),
    ],
    inputArtifactDetails: bounds(0, 0),
    outputArtifactDetails: bounds(0, 0),
  },
];

/** Creates a registry that holds the types of AWS and no custom ones. */
export function createActionTypeRegistry(): ActionTypeRegistry {
  const builtIn = new Map(AWS_ACTION_TYPES.map((type) => [keyOf(type.id), type]));
  const thirdParty = new Map<string, ActionType>();
  const custom = new Map<string, { readonly type: ActionType; deleted: boolean }>();

  function find(id: ActionTypeId): ActionType | undefined {
    const entry = custom.get(keyOf(id));
    return builtIn.get(keyOf(id)) ?? thirdParty.get(keyOf(id)) ?? (entry?.deleted ? undefined : entry?.type);
  }

  return {
    find,
    get(id) {
      const type = find(id);
      if (type === undefined) {
        throw new AwsError('ActionTypeNotFoundException', `${describeActionType(id)} is not available`);
      }
      return type;
    },
    create(type) {
      checkCustomType(type);
      const existing = custom.get(keyOf(type.id));
      if (existing !== undefined) {
        const same = JSON.stringify(existing.type) === JSON.stringify(type);
        if (!existing.deleted || !same) {
          throw new AwsError(
            'ValidationException',
            `${describeActionType(type.id)} already exists or was deleted with another definition: use a version that was never used`,
          );
        }
        existing.deleted = false;
        return existing.type;
      }
      if ([...custom.values()].filter((entry) => !entry.deleted).length >= CUSTOM_ACTION_TYPE_LIMIT) {
        throw new AwsError(
          'LimitExceededException',
          `there are ${CUSTOM_ACTION_TYPE_LIMIT} custom action types already: delete one first`,
        );
      }
      custom.set(keyOf(type.id), { type, deleted: false });
      return type;
    },
    put: (type) => void thirdParty.set(keyOf(type.id), type),
    delete(id) {
      const entry = custom.get(keyOf(id));
      if (entry !== undefined) entry.deleted = true;
    },
    list(owner) {
      const types = [
        ...builtIn.values(),
        ...thirdParty.values(),
        ...[...custom.values()].filter((e) => !e.deleted).map((e) => e.type),
      ];
      return types.filter((type) => owner === undefined || type.id.owner === owner);
    },
  };
}

function checkCustomType(type: ActionType): void {
  const queryable = (type.actionConfigurationProperties ?? []).filter((entry) => entry.queryable);
  if (queryable.length > 1) {
    throw new AwsError('ValidationException', `only one property may be queryable, but ${queryable.length} are`);
  }
  const [entry] = queryable;
  if (entry !== undefined && (!entry.required || entry.secret)) {
    throw new AwsError('ValidationException', `the queryable property ${entry.name} must be required and not secret`);
  }
  for (const { minimumCount, maximumCount } of [type.inputArtifactDetails, type.outputArtifactDetails]) {
    if (minimumCount > maximumCount) {
      throw new AwsError('ValidationException', `minimumCount ${minimumCount} is above maximumCount ${maximumCount}`);
    }
  }
}

function keyOf(id: ActionTypeId): string {
  return [id.category, id.owner, id.provider, id.version].join('/');
}

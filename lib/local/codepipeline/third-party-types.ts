import { AwsError } from '../kernel/aws-error.ts';
import type { ActionType, ActionTypeRegistry } from './action-types.ts';
import { type ActionTypeId, describeActionType } from './pipeline.ts';

/** A property of a third-party action type, as its declaration has it. */
export interface DeclaredProperty {
  readonly name: string;
  readonly optional: boolean;
  readonly key: boolean;
  readonly noEcho: boolean;
  readonly queryable?: boolean;
  readonly description?: string;
}

/** A third-party action type, as GetActionType shows it (`ActionTypeDeclaration`). */
export interface ActionTypeDeclaration {
  readonly description?: string;
  readonly executor: {
    readonly type: 'JobWorker' | 'Lambda';
    readonly configuration: {
      readonly lambdaExecutorConfiguration?: { readonly lambdaFunctionArn: string };
      readonly jobWorkerExecutorConfiguration?: {
        readonly pollingAccounts?: readonly string[];
        readonly pollingServicePrincipals?: readonly string[];
      };
    };
    readonly policyStatementsTemplate?: string;
    /** In seconds. */
    readonly jobTimeout?: number;
  };
  readonly id: ActionTypeId;
  readonly inputArtifactDetails: { readonly minimumCount: number; readonly maximumCount: number };
  readonly outputArtifactDetails: { readonly minimumCount: number; readonly maximumCount: number };
  readonly permissions?: { readonly allowedAccounts: readonly string[] };
  readonly properties?: readonly DeclaredProperty[];
  readonly urls?: {
    readonly configurationUrl?: string;
    readonly entityUrlTemplate?: string;
    readonly executionUrlTemplate?: string;
    readonly revisionUrlTemplate?: string;
  };
}

/** A customer of a third-party provider: what CodePipeline sent the provider when the customer connected. */
export interface ThirdPartyClient {
  readonly clientId: string;
  readonly clientToken: string;
}

/** The third-party action types of one local cloud, and the customer that uses them: this account. */
export interface ThirdPartyTypes {
  /**
   * Registers a type, as the service team of CodePipeline does for a partner, and connects this account to it.
   *
   * @throws AwsError ValidationException when there is one of that id
   */
  register(declaration: ActionTypeDeclaration): ThirdPartyClient;
  /** Changes a type within what the service allows. @throws AwsError ActionTypeNotFoundException, ValidationException */
  update(declaration: ActionTypeDeclaration): void;
  find(id: ActionTypeId): ActionTypeDeclaration | undefined;
  /** @throws AwsError ActionTypeNotFoundException */
  get(id: ActionTypeId): ActionTypeDeclaration;
  /** The client whose actions of this type run here. @throws AwsError ActionTypeNotFoundException */
  clientOf(id: ActionTypeId): ThirdPartyClient;
}

/** Creates the types; each also stands in the registry, where pipelines are checked against it. */
export function createThirdPartyTypes(registry: ActionTypeRegistry, uuid: () => string): ThirdPartyTypes {
  const types = new Map<string, { declaration: ActionTypeDeclaration; readonly client: ThirdPartyClient }>();

  function entryOf(id: ActionTypeId) {
    const entry = types.get(describeActionType(id));
    if (entry === undefined) {
      throw new AwsError('ActionTypeNotFoundException', `${describeActionType(id)} is not available`);
    }
    return entry;
  }

  return {
    register(declaration) {
      const key = describeActionType(declaration.id);
      if (types.has(key)) throw new AwsError('ValidationException', `${key} already exists`);
      const client = { clientId: uuid(), clientToken: `${uuid()}-${uuid()}` };
      types.set(key, { declaration, client });
      registry.put(actionTypeOf(declaration));
      return client;
    },
    update(declaration) {
      const entry = entryOf(declaration.id);
      checkUpdate(entry.declaration, declaration);
      entry.declaration = declaration;
      registry.put(actionTypeOf(declaration));
    },
    find: (id) => types.get(describeActionType(id))?.declaration,
    get: (id) => entryOf(id).declaration,
    clientOf: (id) => entryOf(id).client,
  };
}

/** What pipelines use must stay usable: an optional property may not become required, and a new one must be optional. */
function checkUpdate(before: ActionTypeDeclaration, after: ActionTypeDeclaration): void {
  for (const { name, optional } of after.properties ?? []) {
    const known = before.properties?.find((property) => property.name === name);
    if (optional || known?.optional === false) continue;
    const problem =
      known === undefined ? 'a new property must be optional' : 'an optional property cannot become required';
    throw new AwsError('ValidationException', `property ${name}: ${problem}`);
  }
}

/** The form that ListActionTypes shows, and pipelines are checked against. */
function actionTypeOf(declaration: ActionTypeDeclaration): ActionType {
  const { configurationUrl, ...templates } = declaration.urls ?? {};
  return {
    id: declaration.id,
    settings: {
      ...(configurationUrl === undefined ? {} : { thirdPartyConfigurationUrl: configurationUrl }),
      ...templates,
    },
    actionConfigurationProperties: (declaration.properties ?? []).map(({ optional, noEcho, ...property }) => ({
      ...property,
      required: !optional,
      secret: noEcho,
    })),
    inputArtifactDetails: declaration.inputArtifactDetails,
    outputArtifactDetails: declaration.outputArtifactDetails,
  };
}

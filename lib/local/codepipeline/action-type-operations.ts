import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import type { ActionType, ActionTypeRegistry, ArtifactBounds, ConfigurationProperty } from './action-types.ts';
import { actionTypeArn } from './arns.ts';
import { page } from './page.ts';
import type { ActionTypeId } from './pipeline.ts';
import type { Tag, TagStore } from './tag-operations.ts';
import type { ActionTypeDeclaration, ThirdPartyTypes } from './third-party-types.ts';

interface CreateInput {
  readonly category: string;
  readonly provider: string;
  readonly version: string;
  readonly settings?: ActionType['settings'];
  readonly configurationProperties?: readonly ConfigurationProperty[];
  readonly inputArtifactDetails: ArtifactBounds;
  readonly outputArtifactDetails: ArtifactBounds;
  readonly tags?: readonly Tag[];
}

type IdInput = Pick<ActionTypeId, 'category' | 'provider' | 'version'>;

/** What the operations change. */
export interface ActionTypeParts {
  readonly kernel: Kernel;
  readonly registry: ActionTypeRegistry;
  readonly thirdPartyTypes: ThirdPartyTypes;
  readonly tags: TagStore;
}

/** The operations on action types. */
export function createActionTypeOperations(parts: ActionTypeParts): Record<string, Operation> {
  const { kernel, registry, thirdPartyTypes, tags } = parts;
  const idOf = ({ category, provider, version }: IdInput): ActionTypeId => ({
    category,
    owner: 'Custom',
    provider,
    version,
  });

  return {
    CreateCustomActionType(input: CreateInput, request) {
      const id = idOf(input);
      const arn = actionTypeArn(kernel, id);
      request.authorize('codepipeline:CreateCustomActionType', arn);
      const actionType = registry.create({
        id,
        ...(input.settings === undefined ? {} : { settings: input.settings }),
        actionConfigurationProperties: input.configurationProperties ?? [],
        inputArtifactDetails: input.inputArtifactDetails,
        outputArtifactDetails: input.outputArtifactDetails,
      });
      tags.set(arn, input.tags ?? []);
      return { actionType, ...(input.tags === undefined ? {} : { tags: input.tags }) };
    },

    DeleteCustomActionType(input: IdInput, request) {
      const arn = actionTypeArn(kernel, idOf(input));
      request.authorize('codepipeline:DeleteCustomActionType', arn);
      registry.delete(idOf(input));
      tags.delete(arn);
      return {};
    },

    GetActionType(id: ActionTypeId, request) {
      request.authorize('codepipeline:GetActionType', '*');
      return { actionType: thirdPartyTypes.get(id) };
    },

    UpdateActionType({ actionType }: { readonly actionType: ActionTypeDeclaration }, request) {
      request.authorize('codepipeline:UpdateActionType', actionTypeArn(kernel, actionType.id));
      thirdPartyTypes.update(actionType);
      return {};
    },

    ListActionTypes(input: { readonly actionOwnerFilter?: string; readonly nextToken?: string }, request) {
      request.authorize('codepipeline:ListActionTypes', '*');
      const { items, nextToken } = page(
        registry.list(input.actionOwnerFilter),
        ({ id }) => actionTypeArn(kernel, id),
        input,
      );
      return { actionTypes: items, ...(nextToken === undefined ? {} : { nextToken }) };
    },
  };
}

import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ResourceDeclaration, ResourceProvider } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import type { ActionType, ActionTypeRegistry } from './action-types.ts';
import { actionTypeArn, pipelineArn } from './arns.ts';
import { checkStructure } from './check-structure.ts';
import type { PipelineExecution } from './execution.ts';
import { parseDisabledTransitions, parsePipeline } from './parse-pipeline.ts';
import type { PipelineStore } from './pipeline-store.ts';
import { createStageGates } from './stage-gates.ts';
import type { Tag, TagStore } from './tag-operations.ts';

/** What the resources are created in. */
export interface ResourceParts {
  readonly kernel: Kernel;
  readonly pipelines: PipelineStore;
  readonly actionTypes: ActionTypeRegistry;
  readonly tags: TagStore;
  readonly onSuperseded: (execution: PipelineExecution, by: PipelineExecution) => void;
}

/** The CloudFormation types of CodePipeline. */
export function createResources(parts: ResourceParts): Record<string, ResourceProvider> {
  const { kernel, pipelines, actionTypes, tags } = parts;
  return {
    'AWS::CodePipeline::Pipeline'(declaration) {
      const name = String(
        declaration.properties.Name ??
          physicalName(declaration.stackName, declaration.logicalId, { maxLength: NAME_MAXIMUM }),
      );
      const pipeline = parsePipeline(name, declaration.properties);
      checkStructure(pipeline, actionTypes, kernel.region);
      const gates = createStageGates(pipeline, parts.onSuperseded);
      for (const { stageName, reason } of parseDisabledTransitions(name, declaration.properties)) {
        if (!pipeline.stages.slice(1).some((stage) => stage.name === stageName)) {
          throw new AwsError(
            'InvalidStructureException',
            `DisableInboundStageTransitions of pipeline ${name} names ${stageName}: it must be a stage after the first`,
          );
        }
        gates.setTransition(stageName, {
          enabled: false,
          disabledReason: reason,
          lastChangedAt: kernel.clock.now(),
          lastChangedBy: kernel.identity.service('cloudformation.amazonaws.com').arn,
        });
      }
      const arn = pipelineArn(kernel, name);
      tags.set(arn, tagsIn(declaration.properties));
      pipelines.add({
        declaration: pipeline,
        arn,
        created: kernel.clock.now(),
        updated: kernel.clock.now(),
        gates,
        executions: [],
      });
      return { ref: name, attributes: { Version: '1' } };
    },
    'AWS::CodePipeline::CustomActionType'({ properties }) {
      const type = actionTypes.create(lowerCased(properties) as ActionType);
      tags.set(actionTypeArn(kernel, type.id), tagsIn(properties));
      const { category, owner, provider, version } = type.id;
      const ref = [category, owner, provider, version].join(':');
      return { ref, attributes: { Id: ref } };
    },
  };
}

/** The longest name of a pipeline, in characters. */
const NAME_MAXIMUM = 100;

function tagsIn({ Tags = [] }: ResourceDeclaration['properties']): readonly Tag[] {
  return camel(Tags) as readonly Tag[];
}

/** A custom action type in the API's form: CloudFormation writes the same members with a capital first letter. */
function lowerCased(properties: ResourceDeclaration['properties']): object {
  const {
    category,
    provider,
    version,
    configurationProperties,
    settings,
    inputArtifactDetails,
    outputArtifactDetails,
  } = camel(properties) as Record<string, unknown>;
  return {
    id: { category: String(category), owner: 'Custom', provider: String(provider), version: String(version) },
    ...(settings === undefined ? {} : { settings }),
    actionConfigurationProperties: configurationProperties ?? [],
    inputArtifactDetails,
    outputArtifactDetails,
  };
}

function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key.charAt(0).toLowerCase() + key.slice(1), camel(entry)]),
  );
}

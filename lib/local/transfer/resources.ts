import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ApiModel, ResourceProvider } from '../kernel/service.ts';
import { stableId, transferArn } from './arns.ts';
import { checkTemplate, unsimulatedSteps } from './check-workflow.ts';
import { parseHome, type ServerStore, type WorkflowDetail } from './server-store.ts';
import { variables } from './variables.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** What the resources are created in. */
export interface ResourceParts {
  readonly kernel: Kernel;
  readonly model: ApiModel;
  readonly workflows: WorkflowStore;
  readonly servers: ServerStore;
}

/** The CloudFormation types of Transfer Family: workflows, servers and their users. */
export function createResources({
  kernel,
  model,
  workflows,
  servers,
}: ResourceParts): Record<string, ResourceProvider> {
  return {
    'AWS::Transfer::Workflow'(declaration) {
      const input = checkTemplate(model, declaration.properties);
      const id = stableId('w-', declaration);
      const arn = transferArn(kernel, 'workflow', id);
      workflows.add({
        id,
        arn,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        steps: input.Steps,
        onExceptionSteps: input.OnExceptionSteps ?? [],
        tags: input.Tags ?? [],
      });
      for (const step of unsimulatedSteps(input)) {
        kernel.events.emit('notice', {
          message: `workflow ${declaration.logicalId} will fail at its ${step}, which is not simulated`,
        });
      }
      return { ref: id, attributes: { WorkflowId: id, Arn: arn } };
    },

    'AWS::Transfer::Server'(declaration) {
      const { Domain = 'S3', WorkflowDetails = {} } = declaration.properties;
      const id = stableId('s-', declaration);
      const arn = transferArn(kernel, 'server', id);
      const onUpload = detailOf(workflows, WorkflowDetails.OnUpload);
      const onPartialUpload = detailOf(workflows, WorkflowDetails.OnPartialUpload);
      servers.addServer({
        id,
        arn,
        domain: Domain,
        ...(onUpload === undefined ? {} : { onUpload }),
        ...(onPartialUpload === undefined ? {} : { onPartialUpload }),
      });
      return { ref: arn, attributes: { Arn: arn, ServerId: id, State: 'ONLINE' } };
    },

    'AWS::Transfer::User'({ properties }) {
      const { ServerId, UserName, Role, HomeDirectory, HomeDirectoryMappings = [] } = properties;
      if (servers.server(ServerId) === undefined) {
        throw new AwsError('ResourceNotFoundException', `Unknown server ${ServerId}`, {
          members: { Resource: ServerId, ResourceType: 'Server' },
        });
      }
      const paths: string[] =
        properties.HomeDirectoryType === 'LOGICAL'
          ? HomeDirectoryMappings.map(({ Target }: { Target: string }) => Target)
          : [HomeDirectory ?? ''];
      servers.addUser({
        serverId: ServerId,
        userName: UserName,
        roleArn: Role,
        homes: paths.map((path) => parseHome(path.replaceAll(variables.userName, UserName))),
      });
      const arn = `arn:${kernel.partition}:transfer:${kernel.region}:${kernel.accountId}:user/${ServerId}/${UserName}`;
      return { ref: arn, attributes: { Arn: arn, ServerId, UserName } };
    },
  };
}

/** The one entry of OnUpload or OnPartialUpload. @throws AwsError when the workflow does not exist */
function detailOf(
  workflows: WorkflowStore,
  details: readonly { readonly WorkflowId: string; readonly ExecutionRole: string }[] = [],
): WorkflowDetail | undefined {
  const [detail] = details;
  if (detail === undefined) return undefined;
  return { workflowId: workflows.get(detail.WorkflowId).id, executionRole: detail.ExecutionRole };
}

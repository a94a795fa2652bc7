import { each, harmless, type MemberKnowledge, simulated } from './property.ts';

const TAGS = harmless('nothing reads the tags of these');
const OF_COMMANDS = harmless('read by Commands actions only, for which a stub stands');

const action: MemberKnowledge = {
  ...each(
    [
      'Name',
      'ActionTypeId',
      'Configuration',
      'InputArtifacts',
      'Namespace',
      'RoleArn',
      'RunOrder',
      'TimeoutInMinutes',
      'Commands',
    ],
    simulated,
  ),
  OutputArtifacts: { Name: simulated, Files: OF_COMMANDS },
  EnvironmentVariables: OF_COMMANDS,
  OutputVariables: OF_COMMANDS,
  Region: harmless('actions of all Regions run in this one'),
};

/** What is known of the properties of CodePipeline's resources. */
export const codePipelineProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::CodePipeline::Pipeline': {
    ...each(
      [
        'Name',
        'RoleArn',
        'ArtifactStore',
        'ArtifactStores',
        'PipelineType',
        'ExecutionMode',
        'Variables',
        'Triggers',
        'DisableInboundStageTransitions',
      ],
      simulated,
    ),
    Stages: { ...each(['Name', 'BeforeEntry', 'OnSuccess', 'OnFailure'], simulated), Actions: action },
    RestartExecutionOnUpdate: harmless('a pipeline is created once, and not updated'),
    Tags: TAGS,
  },
  'AWS::CodePipeline::CustomActionType': {
    ...each(
      [
        'Category',
        'Provider',
        'Version',
        'ConfigurationProperties',
        'Settings',
        'InputArtifactDetails',
        'OutputArtifactDetails',
      ],
      simulated,
    ),
    Tags: TAGS,
  },
};

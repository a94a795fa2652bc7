import { each, harmless, type MemberKnowledge, simulated, simulatedWhen } from './property.ts';

const NO_PROTOCOL = harmless('no file protocol is simulated: uploads appear in the home directory');
const TAGS = harmless('nothing reads the tags of these');

const steps = simulatedWhen(
  'all but DECRYPT',
  (step) => (step as { readonly Type?: unknown } | undefined)?.Type !== 'DECRYPT',
);

/** What is known of the properties of Transfer Family's resources. */
export const transferProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::Transfer::Workflow': {
    ...each(['Description', 'Tags'], simulated),
    Steps: steps,
    OnExceptionSteps: steps,
  },
  'AWS::Transfer::Server': {
    ...each(['Domain', 'WorkflowDetails'], simulated),
    ...each(
      [
        'Certificate',
        'EndpointDetails',
        'EndpointType',
        'IdentityProviderDetails',
        'IdentityProviderType',
        'IpAddressType',
        'PostAuthenticationLoginBanner',
        'PreAuthenticationLoginBanner',
        'ProtocolDetails',
        'Protocols',
        'S3StorageOptions',
        'SecurityPolicyName',
      ],
      NO_PROTOCOL,
    ),
    ...each(['LoggingRole', 'StructuredLogDestinations'], harmless('logs are not kept')),
    Tags: TAGS,
  },
  'AWS::Transfer::User': {
    ...each(['ServerId', 'UserName', 'Role', 'HomeDirectory', 'HomeDirectoryMappings', 'HomeDirectoryType'], simulated),
    SshPublicKeys: NO_PROTOCOL,
    Tags: TAGS,
  },
};

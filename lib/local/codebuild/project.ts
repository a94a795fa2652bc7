import type { ResourceDeclaration } from '../kernel/service.ts';
import type { BuildVariable } from './build-variable.ts';

/** A project, and what one build of it has in its place. */
export interface Project {
  readonly name: string;
  readonly arn: string;
  readonly serviceRole: string;
  readonly source: { readonly type: string; readonly location?: string; readonly buildspec?: string };
  readonly artifacts: { readonly type: string };
  readonly environment: {
    readonly type: string;
    readonly image: string;
    readonly computeType: string;
    readonly privilegedMode: boolean;
    readonly environmentVariables: readonly BuildVariable[];
  };
  readonly timeoutInMinutes: number;
  readonly queuedTimeoutInMinutes: number;
  /** How many of its builds may run at the same time; as many as the account's where it is absent. */
  readonly concurrentBuildLimit?: number;
  readonly encryptionKey: string;
  readonly logGroup: string;
  readonly hasLogs: boolean;
}

type Properties = ResourceDeclaration['properties'];

/** The project that a template declares. */
export function projectOf(name: string, arn: string, properties: Properties): Project {
  const { Source = {}, Artifacts = {}, Environment = {}, LogsConfig = {} } = properties;
  const variables: readonly Properties[] = Environment.EnvironmentVariables ?? [];
  return {
    name,
    arn,
    serviceRole: String(properties.ServiceRole),
    source: {
      type: Source.Type ?? 'NO_SOURCE',
      ...(Source.Location === undefined ? {} : { location: Source.Location }),
      ...(Source.BuildSpec === undefined ? {} : { buildspec: Source.BuildSpec }),
    },
    artifacts: { type: Artifacts.Type ?? 'NO_ARTIFACTS' },
    environment: {
      type: Environment.Type ?? 'LINUX_CONTAINER',
      image: Environment.Image ?? 'aws/codebuild/standard:7.0',
      computeType: Environment.ComputeType ?? 'BUILD_GENERAL1_SMALL',
      privilegedMode: Environment.PrivilegedMode ?? false,
      environmentVariables: variables.map(({ Name, Value, Type = 'PLAINTEXT' }) => ({
        name: String(Name),
        value: String(Value),
        type: String(Type),
      })),
    },
    timeoutInMinutes: Number(properties.TimeoutInMinutes ?? 60),
    queuedTimeoutInMinutes: Number(properties.QueuedTimeoutInMinutes ?? 480),
    ...(properties.ConcurrentBuildLimit === undefined
      ? {}
      : { concurrentBuildLimit: Number(properties.ConcurrentBuildLimit) }),
    encryptionKey: properties.EncryptionKey ?? 'alias/aws/s3',
    logGroup: LogsConfig.CloudWatchLogs?.GroupName ?? `/aws/codebuild/${name}`,
    hasLogs: LogsConfig.CloudWatchLogs?.Status !== 'DISABLED',
  };
}

/** What StartBuild puts in the place of what the project has. */
export interface Overrides {
  readonly environmentVariablesOverride?: readonly BuildVariable[];
  readonly buildspecOverride?: string;
  readonly sourceTypeOverride?: string;
  readonly sourceLocationOverride?: string;
  readonly imageOverride?: string;
  readonly computeTypeOverride?: string;
  readonly serviceRoleOverride?: string;
  readonly timeoutInMinutesOverride?: number;
  readonly queuedTimeoutInMinutesOverride?: number;
}

/** The members that {@link overridden} reads. */
const READ: ReadonlySet<string> = new Set<keyof Overrides>([
  'environmentVariablesOverride',
  'buildspecOverride',
  'sourceTypeOverride',
  'sourceLocationOverride',
  'imageOverride',
  'computeTypeOverride',
  'serviceRoleOverride',
  'timeoutInMinutesOverride',
  'queuedTimeoutInMinutesOverride',
]);

/** What a request asks of its build beside the given members, and a build here does not do. */
export function overridesIgnored(input: object, known: readonly string[]): readonly string[] {
  return Object.keys(input).filter((member) => !READ.has(member) && !known.includes(member));
}

/** The project as one build has it. */
export function overridden(project: Project, overrides: Overrides): Project {
  const { environmentVariablesOverride: added = [], buildspecOverride, sourceLocationOverride } = overrides;
  const { environment, source } = project;
  const kept = environment.environmentVariables.filter(({ name }) => !added.some((one) => one.name === name));
  return {
    ...project,
    serviceRole: overrides.serviceRoleOverride ?? project.serviceRole,
    timeoutInMinutes: overrides.timeoutInMinutesOverride ?? project.timeoutInMinutes,
    queuedTimeoutInMinutes: overrides.queuedTimeoutInMinutesOverride ?? project.queuedTimeoutInMinutes,
    source: {
      ...source,
      type: overrides.sourceTypeOverride ?? source.type,
      ...(sourceLocationOverride === undefined ? {} : { location: sourceLocationOverride }),
      ...(buildspecOverride === undefined ? {} : { buildspec: buildspecOverride }),
    },
    environment: {
      ...environment,
      image: overrides.imageOverride ?? environment.image,
      computeType: overrides.computeTypeOverride ?? environment.computeType,
      environmentVariables: [...kept, ...added.map(({ name, value, type = 'PLAINTEXT' }) => ({ name, value, type }))],
    },
  };
}

import type { BuildVariable } from './build-variable.ts';
import type { Project } from './project.ts';

/** How a build or a phase of it ended. */
export type BuildStatus = 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'IN_PROGRESS' | 'STOPPED';

/** One phase of a build; times are simulated milliseconds since the epoch. */
export interface BuildPhase {
  readonly type: string;
  status?: BuildStatus;
  readonly startedAt: number;
  endedAt?: number;
  contexts: readonly { readonly statusCode: string; readonly message: string }[];
}

/** A build. */
export interface Build {
  readonly id: string;
  readonly arn: string;
  readonly number: number;
  readonly project: Project;
  readonly initiator: string;
  readonly startedAt: number;
  endedAt?: number;
  status: BuildStatus;
  readonly phases: BuildPhase[];
  exported: readonly BuildVariable[];
  readonly log: string[];
  readonly idempotencyToken?: string | undefined;
}

/** The stream of a build's log: the part of its id behind the project. */
export function logStreamOf({ id }: Build): string {
  return id.slice(id.indexOf(':') + 1);
}

/** Where people read the log of a build. */
export function logLinkOf(build: Build, region: string): string {
  const place = `group=${build.project.logGroup};stream=${logStreamOf(build)}`;
  return `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logEvent:${place}`;
}

/** A build as BatchGetBuilds tells it. */
export function viewOf(build: Build, region: string): object {
  const { id, arn, number, project, initiator, startedAt, endedAt, status, phases, exported } = build;
  return {
    id,
    arn,
    buildNumber: number,
    startTime: startedAt / 1000,
    ...(endedAt === undefined ? {} : { endTime: endedAt / 1000 }),
    currentPhase: phases.at(-1)?.type,
    buildStatus: status,
    projectName: project.name,
    phases: phases.map((phase) => ({
      phaseType: phase.type,
      ...(phase.status === undefined ? {} : { phaseStatus: phase.status }),
      startTime: phase.startedAt / 1000,
      ...(phase.endedAt === undefined
        ? {}
        : { endTime: phase.endedAt / 1000, durationInSeconds: Math.round((phase.endedAt - phase.startedAt) / 1000) }),
      contexts: phase.contexts,
    })),
    source: project.source,
    artifacts: project.artifacts,
    environment: project.environment,
    serviceRole: project.serviceRole,
    logs: { groupName: project.logGroup, streamName: logStreamOf(build), deepLink: logLinkOf(build, region) },
    timeoutInMinutes: project.timeoutInMinutes,
    queuedTimeoutInMinutes: project.queuedTimeoutInMinutes,
    buildComplete: status !== 'IN_PROGRESS',
    initiator,
    encryptionKey: project.encryptionKey,
    exportedEnvironmentVariables: exported.map(({ name, value }) => ({ name, value })),
  };
}

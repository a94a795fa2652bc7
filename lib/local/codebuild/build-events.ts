import type { Kernel } from '../kernel/kernel.ts';
import type { EventBusPort } from '../kernel/ports.ts';
import { type Build, type BuildPhase, logLinkOf, logStreamOf } from './build.ts';

/** Tells the default event bus of builds. */
export interface BuildEvents {
  stateChanged(build: Build): void;
  phaseEnded(build: Build, phase: BuildPhase): void;
}

/**
 * Creates the events of builds.
 *
 * See https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html
 */
export function createBuildEvents(kernel: Kernel, bus: EventBusPort): BuildEvents {
  const common = (build: Build) => ({
    'project-name': build.project.name,
    'build-id': build.arn,
    'additional-information': informationOf(build, kernel.region),
    version: '1',
  });
  const put = (build: Build, detailType: string, detail: object) =>
    bus.put({ source: 'aws.codebuild', detailType, detail, resources: [build.arn] });
  return {
    stateChanged(build) {
      const { status, phases, id } = build;
      const current = phases.at(-1);
      const context = contextText(current);
      kernel.events.emit('state', { service: 'codebuild', resource: id, state: status });
      put(build, 'CodeBuild Build State Change', {
        'build-status': status,
        ...common(build),
        'current-phase': current?.type ?? 'SUBMITTED',
        'current-phase-context': `[${context.join(', ')}]`,
      });
    },
    phaseEnded(build, phase) {
      const { startedAt, endedAt = startedAt, type, status } = phase;
      put(build, 'CodeBuild Build Phase Change', {
        'completed-phase': type,
        'completed-phase-status': status,
        'completed-phase-start': awsTime(startedAt),
        'completed-phase-end': awsTime(endedAt),
        'completed-phase-duration-seconds': Math.round((endedAt - startedAt) / 1000),
        'completed-phase-context': `[${contextText(phase).join(', ')}]`,
        ...common(build),
      });
    },
  };
}

function informationOf(build: Build, region: string): object {
  const { project, status, exported } = build;
  const { environment, source } = project;
  return {
    'build-number': build.number,
    'timeout-in-minutes': project.timeoutInMinutes,
    'queued-timeout-in-minutes': project.queuedTimeoutInMinutes,
    'build-complete': status !== 'IN_PROGRESS',
    initiator: build.initiator,
    'build-start-time': awsTime(build.startedAt),
    source: { type: source.type, ...(source.location === undefined ? {} : { location: source.location }) },
    artifact: { location: '' },
    environment: {
      image: environment.image,
      'privileged-mode': environment.privilegedMode,
      'compute-type': environment.computeType,
      type: environment.type,
      'environment-variables': environment.environmentVariables,
    },
    logs: {
      'group-name': project.logGroup,
      'stream-name': logStreamOf(build),
      'deep-link': logLinkOf(build, region),
    },
    phases: build.phases.map((phase) => ({
      'phase-context': contextText(phase),
      'start-time': awsTime(phase.startedAt),
      ...(phase.endedAt === undefined
        ? {}
        : {
            'end-time': awsTime(phase.endedAt),
            'duration-in-seconds': Math.round((phase.endedAt - phase.startedAt) / 1000),
          }),
      'phase-type': phase.type,
      ...(phase.status === undefined ? {} : { 'phase-status': phase.status }),
    })),
    ...(exported.length === 0 ? {} : { 'exported-environment-variables': exported }),
  };
}

function contextText(phase: BuildPhase | undefined): readonly string[] {
  return (phase?.contexts ?? []).map(({ statusCode, message }) =>
    statusCode === '' ? ': ' : `${statusCode}: ${message}`,
  );
}

const TIME = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** A time as these events have it: `Sep 1, 2017 4:12:29 PM`. */
export function awsTime(milliseconds: number): string {
  const parts = TIME.formatToParts(milliseconds);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = `${part('month')} ${part('day')}, ${part('year')}`;
  return `${day} ${part('hour')}:${part('minute')}:${part('second')} ${part('dayPeriod')}`;
}

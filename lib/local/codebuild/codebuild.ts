import type { Kernel } from '../kernel/kernel.ts';
import type { EventBusPort, ObjectPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/codebuild.json' with { type: 'json' };
import { physicalName } from '../template/physical-name.ts';
import type { Build } from './build.ts';
import { createBuildEvents } from './build-events.ts';
import { createBuildOperations } from './build-operations.ts';
import { type BuildLimits, createBuildQueue } from './build-queue.ts';
import { createBuildStore } from './build-store.ts';
import type { ValueStores } from './build-variables.ts';
import { projectOf } from './project.ts';
import { type BuildRun, startBuildRun } from './run-build.ts';
import { layOutSource, readObject } from './source.ts';

/** What CodeBuild reaches of the other services. */
export interface CodeBuildOptions {
  readonly bus: EventBusPort;
  readonly objects: ObjectPort;
  readonly stores: ValueStores;
}

/** CodeBuild, and the ways to disturb its builds inside the process. */
export interface CodeBuildService extends LocalService {
  /** All builds, oldest first. */
  builds(): readonly { readonly id: string; readonly status: string; readonly log: readonly string[] }[];
  /** Sends a signal to the shell that works for a build; false where none does. */
  kill(buildId: string, signal: NodeJS.Signals): boolean;
  /** Ends a build as if its timeout had come. */
  expire(buildId: string): void;
  /** Sets how many builds the account may have, so that builds wait in the queue, or are refused. */
  limitBuilds(limits: BuildLimits): void;
}

/** Creates CodeBuild (JSON 1.1): builds run as processes on this machine, under their project's role. */
export function createCodeBuild(kernel: Kernel, { bus, objects, stores }: CodeBuildOptions): CodeBuildService {
  const store = createBuildStore(kernel);
  const events = createBuildEvents(kernel, bus);
  const queue = createBuildQueue();
  const runs = new Map<string, BuildRun>();
  const parts = {
    kernel,
    events,
    stores,
    queue,
    layOutSource: (build: Build, folder: string) => layOutSource(build, folder, kernel, objects),
    readObject: (build: Build, arn: string) => readObject(arn, build, kernel, objects),
  };

  function start(build: Build): void {
    events.stateChanged(build);
    const run = startBuildRun(build, parts);
    runs.set(build.id, run);
    void run.ended.then(() => runs.delete(build.id));
  }

  return {
    name: 'codebuild',
    json: {
      targetPrefix: 'CodeBuild_20161006',
      jsonVersion: '1.1',
      model,
      validationErrorCode: 'InvalidInputException',
      operations: createBuildOperations({
        kernel,
        store,
        queue,
        start,
        stop: ({ id }) => runs.get(id)?.end('STOPPED'),
      }),
    },
    resources: {
      'AWS::CodeBuild::Project': ({ stackName, logicalId, properties }) => {
        const name = String(properties.Name ?? physicalName(stackName, logicalId));
        const project = projectOf(name, store.arnOf(name), properties);
        store.put(project);
        return { ref: name, attributes: { Arn: project.arn, Id: name } };
      },
    },
    builds: () => store.builds(),
    kill: (buildId, signal) => runs.get(buildId)?.kill(signal) ?? false,
    expire: (buildId) => runs.get(buildId)?.end('TIMED_OUT'),
    limitBuilds: queue.limit,
    async stop() {
      const ending = [...runs.values()];
      for (const run of ending) run.end('STOPPED');
      await Promise.all(ending.map(({ ended }) => ended));
    },
  };
}

import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Build } from './build.ts';
import type { Project } from './project.ts';

/** The projects and builds of one local cloud. */
export interface BuildStore {
  projects(): readonly Project[];
  /** @throws AwsError ResourceNotFoundException */
  project(nameOrArn: string): Project;
  put(project: Project): void;
  arnOf(nameOrArn: string): string;
  /** Oldest first. */
  builds(): readonly Build[];
  find(idOrArn: string): Build | undefined;
  /** @throws AwsError ResourceNotFoundException */
  build(idOrArn: string): Build;
  add(project: Project, initiator: string, idempotencyToken: string | undefined): Build;
}

/** Creates a store without projects. */
export function createBuildStore({ partition, region, accountId, clock, uuid }: Kernel): BuildStore {
  const projects = new Map<string, Project>();
  const builds: Build[] = [];
  const place = `arn:${partition}:codebuild:${region}:${accountId}`;
  const arnOf = (nameOrArn: string) => (nameOrArn.startsWith('arn:') ? nameOrArn : `${place}:project/${nameOrArn}`);
  const find = (idOrArn: string) => builds.find(({ id, arn }) => id === idOrArn || arn === idOrArn);
  return {
    projects: () => [...projects.values()],
    project(nameOrArn) {
      const found = projects.get(arnOf(nameOrArn));
      if (found !== undefined) return found;
      throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arnOf(nameOrArn)}`);
    },
    put: (project) => void projects.set(project.arn, project),
    arnOf,
    builds: () => builds,
    find,
    build(idOrArn) {
      const found = find(idOrArn);
      if (found !== undefined) return found;
      throw new AwsError('ResourceNotFoundException', `Build with id ${idOrArn} cannot be found.`);
    },
    add(project, initiator, idempotencyToken) {
      const id = `${project.name}:${uuid()}`;
      const build: Build = {
        id,
        arn: `${place}:build/${id}`,
        number: builds.filter((one) => one.project.name === project.name).length + 1,
        project,
        initiator,
        startedAt: clock.now(),
        status: 'IN_PROGRESS',
        phases: [],
        exported: [],
        log: [],
        idempotencyToken,
      };
      builds.push(build);
      return build;
    },
  };
}

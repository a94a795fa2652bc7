import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation } from '../kernel/service.ts';
import { type Build, viewOf } from './build.ts';
import type { BuildQueue } from './build-queue.ts';
import type { BuildStore } from './build-store.ts';
import { type Overrides, overridden, overridesIgnored, type Project } from './project.ts';

/** What the operations share. */
export interface OperationParts {
  readonly kernel: Kernel;
  readonly store: BuildStore;
  readonly queue: BuildQueue;
  /** Starts the build on its way. */
  readonly start: (build: Build) => void;
  readonly stop: (build: Build) => void;
}

/** How long CodeBuild knows an idempotency token again, in milliseconds (API Reference, StartBuild). */
const TOKEN_MS = 5 * 60_000;

/** How many builds a page lists (API Reference, ListBuilds). */
const LARGEST_PAGE = 100;

type StartInput = Overrides & { readonly projectName: string; readonly idempotencyToken?: string };

/** The operations on builds and projects. */
export function createBuildOperations({
  kernel,
  store,
  queue,
  start,
  stop,
}: OperationParts): Record<string, Operation> {
  function startBuild(project: Project, initiator: string, token: string | undefined): Build {
    const now = kernel.clock.now();
    const again = store.builds().find(({ idempotencyToken: known, startedAt, project: of }) => {
      return token !== undefined && known === token && of.name === project.name && now - startedAt < TOKEN_MS;
    });
    if (again !== undefined) return again;
    checkLimits(project);
    const build = store.add(project, initiator, token);
    start(build);
    return build;
  }

  /** @throws AwsError AccountLimitExceededException, for the limit of a project, too: it has no queue */
  function checkLimits({ name, concurrentBuildLimit: most = Number.POSITIVE_INFINITY }: Project): void {
    const longest = queue.fullAt();
    const isOpen = ({ project, status }: Build) => project.name === name && status === 'IN_PROGRESS';
    const refused =
      store.builds().filter(isOpen).length >= most
        ? `Cannot have more than ${most} builds running for the project ${name}`
        : longest === undefined
          ? undefined
          : `Cannot have more than ${longest} builds in queue for the account`;
    if (refused !== undefined) throw new AwsError('AccountLimitExceededException', refused);
  }

  const view = (build: Build) => viewOf(build, kernel.region);
  const page = (list: string, ids: readonly string[], { nextToken: token }: { nextToken?: string }) => {
    const { items, ...more } = pageOf(ids, {
      list: `codebuild:${list}`,
      size: LARGEST_PAGE,
      token,
      refusal: 'InvalidInputException',
    });
    return { ids: items, ...more };
  };
  const idsOf = (builds: readonly Build[], sortOrder = 'DESCENDING') => {
    const ids = builds.map(({ id }) => id);
    return sortOrder === 'DESCENDING' ? ids.reverse() : ids;
  };

  return {
    StartBuild(input: StartInput, request) {
      request.authorize('codebuild:StartBuild', store.arnOf(input.projectName));
      const project = overridden(store.project(input.projectName), input);
      const initiator = request.principal.arn.split(':').at(-1) ?? '';
      const build = startBuild(project, initiator, input.idempotencyToken);
      for (const member of overridesIgnored(input, ['projectName', 'idempotencyToken'])) {
        kernel.events.emit('notice', { message: `"${member}" of StartBuild for ${project.name} is not simulated` });
      }
      return { build: view(build) };
    },
    RetryBuild({ id, idempotencyToken }: { id: string; idempotencyToken?: string }, request) {
      const { project } = store.build(id);
      request.authorize('codebuild:RetryBuild', project.arn);
      const initiator = request.principal.arn.split(':').at(-1) ?? '';
      return { build: view(startBuild(project, initiator, idempotencyToken)) };
    },
    StopBuild({ id }: { id: string }, request) {
      request.authorize('codebuild:StopBuild', store.arnOf(nameOf(id)));
      const build = store.build(id);
      stop(build);
      return { build: view(build) };
    },
    BatchGetBuilds({ ids }: { ids: readonly string[] }, request) {
      for (const name of new Set(ids.map(nameOf))) request.authorize('codebuild:BatchGetBuilds', store.arnOf(name));
      const found = ids.flatMap((id) => store.find(id) ?? []);
      return { builds: found.map(view), buildsNotFound: ids.filter((id) => store.find(id) === undefined) };
    },
    ListBuildsForProject({ projectName, sortOrder, ...input }, request) {
      request.authorize('codebuild:ListBuildsForProject', store.arnOf(projectName));
      const { name } = store.project(projectName);
      return page(
        `ListBuildsForProject:${name}`,
        idsOf(
          store.builds().filter(({ project }) => project.name === name),
          sortOrder,
        ),
        input,
      );
    },
    ListBuilds({ sortOrder, ...input }, request) {
      request.authorize('codebuild:ListBuilds', '*');
      return page('ListBuilds', idsOf(store.builds(), sortOrder), input);
    },
    BatchGetProjects({ names }: { names: readonly string[] }, request) {
      for (const name of names) request.authorize('codebuild:BatchGetProjects', store.arnOf(name));
      const known = store.projects().filter(({ name, arn }) => names.includes(name) || names.includes(arn));
      const projects = known.map(({ logGroup, hasLogs, ...project }) => ({
        ...project,
        logsConfig: { cloudWatchLogs: { status: hasLogs ? 'ENABLED' : 'DISABLED', groupName: logGroup } },
      }));
      return {
        projects,
        projectsNotFound: names.filter((name) => !known.some((one) => [one.name, one.arn].includes(name))),
      };
    },
  };
}

/** The project of a build, whose id or ARN it is. */
function nameOf(id: string): string {
  const [, name] = /(?:^|build\/)([^:/]+):[^:]+$/.exec(id) ?? [];
  if (name === undefined) throw new AwsError('InvalidInputException', `Invalid build ID: ${id}`);
  return name;
}

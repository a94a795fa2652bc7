import { callUntil } from '../aws/index.ts';
import { environmentVariables } from '../constants.ts';
import type { EndedExecution, Runner, RunnerCall } from '../core/runner.ts';
import { type Build, codeBuildApi } from './api.ts';

/** The part of a "CodeBuild Build State Change" that is read; all of it may be missing, or null. */
interface BuildEvent {
  readonly source?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: {
    readonly 'build-status'?: string | null;
    readonly 'build-id'?: string | null;
    readonly 'additional-information'?: Information | null;
  } | null;
}

interface Information {
  readonly environment?: { readonly 'environment-variables'?: readonly Variable[] | null } | null;
  readonly 'exported-environment-variables'?: readonly Variable[] | null;
  readonly logs?: { readonly 'deep-link'?: string | null } | null;
  readonly phases?: readonly (Phase | null)[] | null;
}

interface Phase {
  readonly 'phase-type'?: string | null;
  readonly 'phase-status'?: string | null;
  readonly 'phase-context'?: readonly string[] | null;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** How a person says that a build ended. */
const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  FAULT: "failed for a reason of CodeBuild's own",
  STOPPED: 'was stopped',
  TIMED_OUT: 'timed out',
};

/**
 * CodeBuild as a runner.
 *
 * See https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html
 */
export const codeBuildRunner: Runner = {
  name: 'codebuild',
  recogniseEnd,
  async variablesOf(buildId, call) {
    return textsOf((await getBuild(buildId, call))?.exportedEnvironmentVariables ?? []);
  },
  async callbackOf(buildId, call) {
    const variables = (await getBuild(buildId, call))?.environment?.environmentVariables ?? [];
    return textsOf(variables)[environmentVariables.callback];
  },
};

async function getBuild(id: string, { connection, ...limits }: RunnerCall): Promise<Build | undefined> {
  const answer = await callUntil(connection, codeBuildApi, 'BatchGetBuilds', { ids: [id] }, limits);
  return (answer as { builds?: readonly Build[] | null }).builds?.[0];
}

function recogniseEnd(event: unknown): EndedExecution | undefined {
  const { source, 'detail-type': type, detail } = (event ?? {}) as BuildEvent;
  if (source !== 'aws.codebuild' || type !== 'CodeBuild Build State Change') return undefined;
  const status = detail?.['build-status'] ?? '';
  if (!Object.hasOwn(ENDS, status)) return undefined;
  const arn = detail?.['build-id'] ?? '';
  const information = detail?.['additional-information'] ?? {};
  const id = arn.slice(arn.indexOf('build/') + 'build/'.length);
  const given = textsOf(information.environment?.['environment-variables'] ?? []);
  const exported = information['exported-environment-variables'];
  return {
    id,
    callback: given[environmentVariables.callback],
    isSuccess: status === 'SUCCEEDED',
    mustAnswer: given[environmentVariables.answer] === 'command',
    summary: summaryOf(id, status, information),
    ...(exported ? { variables: textsOf(exported) } : {}),
  };
}

function summaryOf(id: string, status: string, { phases, logs }: Information): string {
  const failed = phases?.find((phase) => (phase?.['phase-status'] ?? 'SUCCEEDED') !== 'SUCCEEDED') ?? undefined;
  const contexts = (failed?.['phase-context'] ?? []).filter((context) => /[^:\s]/.test(context));
  const where = failed === undefined ? '' : ` in ${failed['phase-type']}`;
  const why = contexts.length === 0 ? '' : `: ${contexts.join('; ')}`;
  const link = logs?.['deep-link'];
  return `the build ${id} ${ENDS[status]}${where}${why}${link ? `; its log: ${link}` : ''}`;
}

function textsOf(variables: readonly Variable[]): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map(({ name, value }) => [name, String(value)]));
}

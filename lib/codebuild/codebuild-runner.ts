import { callUntil } from '../aws/index.ts';
import { environmentVariables } from '../constants.ts';
import type { EndedExecution, Runner, RunnerCall } from '../core/runner.ts';
import { type Build, codeBuildApi } from './api.ts';

/** The part of a "CodeBuild Build State Change" that is read; all of it may be missing, or something else. */
interface BuildEvent {
  readonly source?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: {
    readonly 'build-status'?: unknown;
    readonly 'build-id'?: unknown;
    readonly 'additional-information'?: Information | null;
  } | null;
}

interface Information {
  readonly environment?: { readonly 'environment-variables'?: unknown } | null;
  readonly 'exported-environment-variables'?: unknown;
  readonly logs?: { readonly 'deep-link'?: unknown } | null;
  readonly phases?: unknown;
}

type Members = Readonly<Record<string, unknown>>;

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
    return textsOf((await getBuild(buildId, call))?.exportedEnvironmentVariables);
  },
  async callbackOf(buildId, call) {
    const variables = (await getBuild(buildId, call))?.environment?.environmentVariables;
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
  const status = textOf(detail?.['build-status']);
  if (!Object.hasOwn(ENDS, status)) return undefined;
  const id = textOf(detail?.['build-id']).replace(/^arn:.*?:build\//, '');
  const information = detail?.['additional-information'] ?? {};
  const given = textsOf(information.environment?.['environment-variables']);
  const exported = information['exported-environment-variables'];
  return {
    id,
    callback: given[environmentVariables.callback],
    isSuccess: status === 'SUCCEEDED',
    mustAnswer: given[environmentVariables.answer] === 'command',
    summary: summaryOf(id, status, information),
    ...(Array.isArray(exported) ? { variables: textsOf(exported) } : {}),
  };
}

function summaryOf(id: string, status: string, { phases, logs }: Information): string {
  const failed = membersIn(phases).find((phase) => (phase['phase-status'] ?? 'SUCCEEDED') !== 'SUCCEEDED');
  const contexts = listOf(failed?.['phase-context']).map(textOf);
  const said = contexts.filter((context) => /[^:\s]/.test(context));
  const where = failed === undefined ? '' : ` in ${textOf(failed['phase-type']) || 'a phase without a name'}`;
  const why = said.length === 0 ? '' : `: ${said.join('; ')}`;
  const link = textOf(logs?.['deep-link']);
  return `the build ${id || 'without an id'} ${ENDS[status]}${where}${why}${link ? `; its log: ${link}` : ''}`;
}

/** Variables by their names. One that has no value is left out: `null` would be taken for a text of its own. */
function textsOf(variables: unknown): Readonly<Record<string, string>> {
  const named = membersIn(variables).filter(({ name, value }) => typeof name === 'string' && isGiven(value));
  return Object.fromEntries(named.map(({ name, value }) => [name, String(value)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What an answer waits for is read as far as it can be: what is no list counts as its only item. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isGiven(value) ? [value] : [];
}

function membersIn(value: unknown): readonly Members[] {
  return listOf(value).filter((item): item is Members => typeof item === 'object' && item !== null);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

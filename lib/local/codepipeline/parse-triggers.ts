import { list, oneOf, type RawMembers, record, required, texts } from './raw-members.ts';
import {
  type FilterCriteria,
  PULL_REQUEST_EVENTS,
  type PullRequestFilter,
  type PushFilter,
  type TriggerDeclaration,
} from './triggers/trigger.ts';

/** Reads one trigger of a pipeline into the API's form. @throws AwsError naming what is wrong */
export function parseTrigger(raw: RawMembers, pipeline: string): TriggerDeclaration {
  const at = `${pipeline}.Triggers`;
  const git = record(raw.GitConfiguration, `${at}.GitConfiguration`);
  const push = list(git, 'Push', at).map((filter) => parsePush(filter, at));
  const pullRequest = list(git, 'PullRequest', at).map((filter) => parsePullRequest(filter, at));
  return {
    providerType: required(raw, 'ProviderType', at),
    gitConfiguration: {
      sourceActionName: required(git, 'SourceActionName', at),
      ...(push.length === 0 ? {} : { push }),
      ...(pullRequest.length === 0 ? {} : { pullRequest }),
    },
  };
}

function parsePush(raw: RawMembers, at: string): PushFilter {
  return {
    ...criteria(raw, 'Tags', 'tags', at),
    ...criteria(raw, 'Branches', 'branches', at),
    ...criteria(raw, 'FilePaths', 'filePaths', at),
  };
}

function parsePullRequest(raw: RawMembers, at: string): PullRequestFilter {
  const events = texts(raw, 'Events', at)?.map((event) => oneOf(event, PULL_REQUEST_EVENTS, `${at}.Events`));
  return {
    ...(events === undefined ? {} : { events }),
    ...criteria(raw, 'Branches', 'branches', at),
    ...criteria(raw, 'FilePaths', 'filePaths', at),
  };
}

function criteria<Key extends string>(
  raw: RawMembers,
  member: string,
  key: Key,
  at: string,
): { [K in Key]?: FilterCriteria } {
  const value = raw[member];
  if (value === undefined || value === null) return {};
  const lists = record(value, `${at}.${member}`);
  const includes = texts(lists, 'Includes', `${at}.${member}`);
  const excludes = texts(lists, 'Excludes', `${at}.${member}`);
  return {
    [key]: { ...(includes === undefined ? {} : { includes }), ...(excludes === undefined ? {} : { excludes }) },
  } as { [K in Key]?: FilterCriteria };
}

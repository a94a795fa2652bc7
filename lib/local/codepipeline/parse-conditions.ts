import {
  type Condition,
  RESULTS,
  RETRY_MODES,
  type Result,
  type RuleDeclaration,
  type StageConditions,
} from './conditions/condition.ts';
import { artifactNames, parseConfiguration } from './parse-configuration.ts';
import { list, oneOf, optional, type RawMembers, record, required, text, texts } from './raw-members.ts';

/** Reads the conditions of a stage into the API's form. @throws AwsError naming what is wrong */
export function parseStageConditions(stage: RawMembers, name: string): StageConditions {
  const { BeforeEntry, OnSuccess, OnFailure } = stage;
  return {
    ...(BeforeEntry === undefined ? {} : { beforeEntry: parseConditions(BeforeEntry, `${name}.BeforeEntry`) }),
    ...(OnSuccess === undefined ? {} : { onSuccess: parseConditions(OnSuccess, `${name}.OnSuccess`) }),
    ...(OnFailure === undefined ? {} : { onFailure: parseOnFailure(OnFailure, `${name}.OnFailure`) }),
  };
}

function parseConditions(value: unknown, at: string): { readonly conditions: readonly Condition[] } {
  return { conditions: list(record(value, at), 'Conditions', at).map((entry) => parseCondition(entry, at)) };
}

function parseOnFailure(value: unknown, at: string): NonNullable<StageConditions['onFailure']> {
  const raw = record(value, at);
  const retry = raw.RetryConfiguration;
  const mode = retry === undefined ? undefined : text(record(retry, at), 'RetryMode', at);
  const { conditions } = parseConditions(value, at);
  return {
    ...parseResult(raw, at),
    ...(retry === undefined
      ? {}
      : {
          retryConfiguration: mode === undefined ? {} : { retryMode: oneOf(mode, RETRY_MODES, `${at}.RetryMode`) },
        }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function parseCondition(raw: RawMembers, at: string): Condition {
  return { ...parseResult(raw, at), rules: list(raw, 'Rules', at).map((rule) => parseRule(rule, at)) };
}

function parseResult(raw: RawMembers, at: string): { readonly result?: Result } {
  const result = text(raw, 'Result', at);
  return result === undefined ? {} : { result: oneOf(result, RESULTS, `${at}.Result`) };
}

function parseRule(raw: RawMembers, at: string): RuleDeclaration {
  const name = required(raw, 'Name', `${at}.Rules`);
  const owner = `rule ${name}`;
  const type = record(raw.RuleTypeId, `${owner}: RuleTypeId`);
  const { Configuration: configuration, TimeoutInMinutes: timeout } = raw;
  const commands = texts(raw, 'Commands', owner);
  return {
    name,
    ruleTypeId: {
      category: required(type, 'Category', owner),
      provider: required(type, 'Provider', owner),
      ...optional(type, 'Owner', 'owner', owner),
      ...optional(type, 'Version', 'version', owner),
    },
    configuration:
      configuration === undefined ? {} : parseConfiguration(record(configuration, `${owner}: Configuration`), owner),
    inputArtifacts: artifactNames(raw, 'InputArtifacts', owner),
    ...(commands === undefined ? {} : { commands }),
    ...optional(raw, 'RoleArn', 'roleArn', owner),
    ...optional(raw, 'Region', 'region', owner),
    ...(timeout === undefined ? {} : { timeoutInMinutes: Number(timeout) }),
  };
}

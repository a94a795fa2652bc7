import { Token } from 'aws-cdk-lib';

/** One property that whoever adds the action to a pipeline fills in. */
export interface ActionTypeProperty {
  /** 1 to 50 characters. */
  readonly name: string;
  /** At most 160 characters, shown in the console. @default - none */
  readonly description?: string;
  /** @default true */
  readonly required?: boolean;
  /** Whether its value, with those of the other keys, tells one configuration of the action from another. @default false */
  readonly key?: boolean;
  /** Whether its value is masked everywhere but in the job. @default false */
  readonly secret?: boolean;
  /** Whether workers may ask for jobs by its value. One property at most. @default false */
  readonly queryable?: boolean;
  /** @default 'String' */
  readonly type?: 'String' | 'Number' | 'Boolean';
}

/** The links that the console shows with an action; `{Config:Name}` stands for a property's value. */
export interface ActionTypeUrls {
  /** Where the thing is that the action is configured for. */
  readonly entity?: string;
  /** Where one run is shown; `{ExternalExecutionId}` is what the worker reports as `externalExecutionId`. */
  readonly execution?: string;
  /** Where the configuration is changed. */
  readonly revision?: string;
  /** Where one signs up and configures the provider's side. No placeholders. */
  readonly configuration?: string;
}

// AWS CodePipeline API, ActionConfigurationPropertyList, ActionConfigurationKey, Description, UrlTemplate.
const MOST_PROPERTIES = 10;
const LONGEST_NAME = 50;
const LONGEST_DESCRIPTION = 160;
const LONGEST_URL = 2048;

/** Says what CodePipeline would refuse in the definition of an action type, and why; nothing where all is well. */
export function actionTypeProblems(properties: readonly ActionTypeProperty[], urls: ActionTypeUrls): string[] {
  return [...propertyProblems(properties), ...urlProblems(properties, urls)];
}

function* propertyProblems(properties: readonly ActionTypeProperty[]): Generator<string> {
  if (properties.length > MOST_PROPERTIES) {
    yield `an action type has at most ${MOST_PROPERTIES} properties, but there are ${properties.length}: put several values into one`;
  }
  const names = properties.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) yield `the property ${repeated} is there twice`;
  for (const { name, description = '' } of properties) {
    if (typeof name !== 'string') {
      yield "a property has no name: give it one, such as { name: 'Url' }";
      continue;
    }
    if (name.length < 1 || name.length > LONGEST_NAME) {
      yield `a property's name has 1 to ${LONGEST_NAME} characters, but "${name}" has ${name.length}`;
    }
    if (description.length > LONGEST_DESCRIPTION) {
      yield `the description of ${name} has ${description.length} characters, more than ${LONGEST_DESCRIPTION}`;
    }
  }
  const queryable = properties.filter((property) => property.queryable);
  if (queryable.length > 1) {
    yield `one property may be queryable, since PollForJobs takes one queryParam, but ${queryable.map(({ name }) => name).join(', ')} are`;
  }
  for (const { name, required = true, secret = false } of queryable) {
    if (!required || secret) {
      yield `the queryable property ${name} must be required and not secret: every job must have it, and workers say it aloud`;
    }
  }
}

function* urlProblems(properties: readonly ActionTypeProperty[], urls: ActionTypeUrls): Generator<string> {
  for (const [name, url] of Object.entries(urls) as [keyof ActionTypeUrls, string][]) {
    if (!Token.isUnresolved(url) && (url.length < 1 || url.length > LONGEST_URL)) {
      yield `the ${name} URL has ${url.length} characters; 1 to ${LONGEST_URL} are allowed`;
    }
    for (const [whole, property] of url.matchAll(/\{(?:Config:([^{}]*)|[A-Za-z]+)\}/g)) {
      if (name === 'configuration') yield `the configuration URL is no template, but has the placeholder ${whole}`;
      else if (property !== undefined) yield* configProblems(properties, name, property);
      else if (whole !== '{ExternalExecutionId}') yield `the ${name} URL has the unknown placeholder ${whole}`;
      else if (name !== 'execution')
        yield `{ExternalExecutionId} belongs into the execution URL, not into the ${name} URL`;
    }
  }
}

function* configProblems(properties: readonly ActionTypeProperty[], url: string, name: string): Generator<string> {
  const found = properties.find((property) => property.name === name);
  if (found === undefined) yield `the ${url} URL names the property ${name}, which the action type does not have`;
  else if (found.required === false || found.secret) {
    yield `the ${url} URL names the property ${name}: only required properties that are not secret may stand in a URL`;
  }
}

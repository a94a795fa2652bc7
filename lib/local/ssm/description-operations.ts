import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import { latestOf, type Parameter } from './parameter-store.ts';
import type { SsmParts } from './ssm-parts.ts';

/** One condition on parameters, by the API's names. */
export interface ParameterFilter {
  readonly Key: string;
  readonly Option?: string;
  readonly Values?: readonly string[];
}

/** The operations that describe parameters and tag them. No value is in what they tell. */
export function createDescriptionOperations({ kernel, store }: SsmParts): Record<string, Operation> {
  function tagged(
    input: { ResourceType?: unknown; ResourceId?: unknown },
    action: string,
    request: RequestContext,
  ): Parameter {
    if (input.ResourceType !== 'Parameter') {
      throw new AwsError(
        'InvalidResourceType',
        `${input.ResourceType} is not simulated; only parameters have tags here.`,
      );
    }
    request.authorize(`ssm:${action}`, store.arnOf(String(input.ResourceId)));
    const parameter = store.find(String(input.ResourceId));
    if (parameter === undefined) throw new AwsError('InvalidResourceId', '');
    return parameter;
  }

  return {
    DescribeParameters({ ParameterFilters = [], Filters = [], MaxResults = 50, NextToken }, request) {
      request.authorize('ssm:DescribeParameters', `arn:${kernel.partition}:ssm:${kernel.region}:${kernel.accountId}:*`);
      const filters: readonly ParameterFilter[] = [...ParameterFilters, ...Filters];
      const fitting = store.list().filter((parameter) => filters.every((filter) => passesFilter(parameter, filter)));
      const options = {
        list: 'ssm:DescribeParameters',
        size: MaxResults,
        token: NextToken,
        refusal: 'InvalidNextToken',
      };
      const { items, nextToken } = pageOf(fitting, options);
      return { Parameters: items.map(describe), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
    },

    AddTagsToResource(input, request) {
      const parameter = tagged(input, 'AddTagsToResource', request);
      const tags: readonly { readonly Key: string; readonly Value: string }[] = input.Tags ?? [];
      parameter.tags = { ...parameter.tags, ...Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) };
      return {};
    },
    RemoveTagsFromResource(input, request) {
      const parameter = tagged(input, 'RemoveTagsFromResource', request);
      const gone: readonly string[] = input.TagKeys ?? [];
      parameter.tags = Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !gone.includes(key)));
      return {};
    },
    ListTagsForResource(input, request) {
      const { tags } = tagged(input, 'ListTagsForResource', request);
      return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

function describe(parameter: Parameter): object {
  const { Value: _value, changedAt, changedBy, ...version } = latestOf(parameter);
  return {
    ...version,
    Name: parameter.name,
    ARN: parameter.arn,
    LastModifiedDate: changedAt / 1000,
    LastModifiedUser: changedBy,
    Policies: [],
  };
}

/** Whether a filter lets a parameter pass. @throws AwsError InvalidFilterKey for a key that is not simulated */
export function passesFilter(parameter: Parameter, { Key, Option = 'Equals', Values = [] }: ParameterFilter): boolean {
  const latest = latestOf(parameter);
  const values: Readonly<Record<string, string | undefined>> = {
    Name: parameter.name,
    Type: latest.Type,
    KeyId: latest.KeyId ?? '',
    Tier: latest.Tier,
    DataType: latest.DataType,
    // Nothing here gives a version a label.
    Label: '',
  };
  if (Key === 'Path') {
    return Values.some((path) => parameter.name.startsWith(path.endsWith('/') ? path : `${path}/`));
  }
  const value = Key.startsWith('tag:') ? (parameter.tags[Key.slice(4)] ?? '') : values[Key];
  if (value === undefined) throw new AwsError('InvalidFilterKey', `The filter key ${Key} is not simulated.`);
  const isFitting = { BeginsWith: value.startsWith.bind(value), Contains: value.includes.bind(value) }[Option];
  return Values.some((wanted) => (isFitting === undefined ? value === wanted : isFitting(wanted)));
}

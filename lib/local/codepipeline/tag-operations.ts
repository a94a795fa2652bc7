import { AwsError } from '../kernel/aws-error.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';

/** One tag, as the API writes it. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The tags of pipelines and custom action types, by ARN. Who makes one puts its tags here, and takes them away with it. */
export type TagStore = Map<string, readonly Tag[]>;

/** The operations on tags. Only what has been put in the store can be tagged. */
export function createTagOperations(store: TagStore): Record<string, Operation> {
  /** @throws AwsError ResourceNotFoundException */
  function tagsOf({ authorize }: RequestContext, operation: string, arn: string): readonly Tag[] {
    authorize(`codepipeline:${operation}`, arn);
    const tags = store.get(arn);
    if (tags === undefined) throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist`);
    return tags;
  }

  return {
    TagResource({ resourceArn, tags }: { readonly resourceArn: string; readonly tags: readonly Tag[] }, request) {
      const others = tagsOf(request, 'TagResource', resourceArn).filter(
        ({ key }) => !tags.some((tag) => tag.key === key),
      );
      store.set(resourceArn, [...others, ...tags]);
      return {};
    },

    UntagResource({ resourceArn, tagKeys }: { readonly resourceArn: string; readonly tagKeys: string[] }, request) {
      const tags = tagsOf(request, 'UntagResource', resourceArn);
      store.set(
        resourceArn,
        tags.filter(({ key }) => !tagKeys.includes(key)),
      );
      return {};
    },

    ListTagsForResource({ resourceArn }: { readonly resourceArn: string }, request) {
      return { tags: tagsOf(request, 'ListTagsForResource', resourceArn) };
    },
  };
}

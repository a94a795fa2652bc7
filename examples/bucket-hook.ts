import { fail, resourceHook, succeed } from 'ringback/hooks';

interface Bucket {
  readonly Tags?: readonly { readonly Key: string }[];
}

/** A Lambda Hook: lets buckets pass that say whose they are. */
export const handler = resourceHook<Bucket>((hook) => {
  if (hook.action === 'DELETE' || hook.after?.Tags?.some(({ Key }) => Key === 'team')) return succeed();
  return fail(`${hook.target.logicalId} does not say whose it is: add the tag "team"`);
});

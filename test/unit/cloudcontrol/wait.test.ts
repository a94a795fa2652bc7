import { createResource, deleteResource, ensureResource, type ResourceRequestError } from 'ringback/cloudcontrol';
import { describe, expect, it } from 'vitest';
import { waitWith } from '../../../lib/cloudcontrol/wait.ts';
import { startCloudControl } from './cloud.ts';

const typeName = 'AWS::Logs::LogGroup';
const logGroup = (LogGroupName: string, more: object = {}) =>
  createResource({ typeName, desiredState: { LogGroupName, ...more } });

/** The error that something ends with. */
async function errorOf(work: Promise<unknown>): Promise<ResourceRequestError> {
  return work.then(
    (result) => expect.fail(`it came to ${JSON.stringify(result)}`),
    (error) => error,
  );
}

describe('a request to create', () => {
  it('makes the resource and tells of it', async () => {
    const { runtime } = await startCloudControl();
    const summaries: string[] = [];
    const made = await waitWith(runtime, logGroup('/shop', { RetentionInDays: 7 }), {
      onProgress: ({ summary }) => summaries.push(summary),
    });
    expect(made).toMatchObject({
      typeName,
      identifier: '/shop',
      operation: 'CREATE',
      changedProperties: ['LogGroupName', 'RetentionInDays'],
      warnings: [],
    });
    expect(await made.properties()).toMatchObject({ RetentionInDays: 7, Arn: expect.stringContaining('/shop') });
    expect(summaries[0]).toBe('creating AWS::Logs::LogGroup /shop: IN_PROGRESS');
  });

  it('asks when it was told to, and not before', async () => {
    const { runtime, countOf } = await startCloudControl();
    await waitWith(runtime, logGroup('/shop'));
    expect(countOf('GetResourceRequestStatus')).toBeLessThan(6);
  });

  it('is the same request for the same work, also with something else desired', async () => {
    const { runtime, cloud } = await startCloudControl();
    await waitWith(runtime, logGroup('/shop'), { work: 'order-1' });
    const again = await waitWith(runtime, logGroup('/shop'), { work: 'order-1' });
    expect(again).toMatchObject({ identifier: '/shop', operation: 'CREATE', warnings: [] });
    const other = await waitWith(runtime, logGroup('/other'), { work: 'order-1' });
    expect(other).toMatchObject({ identifier: '/shop', warnings: [expect.stringContaining('asked for before')] });
    expect(cloud.simulated.length).toBeGreaterThan(0);
  });

  it('fails where the resource was there before, and leaves it as it is', async () => {
    const { runtime, properties } = await startCloudControl();
    await waitWith(runtime, logGroup('/shop', { RetentionInDays: 7 }));
    const error = await errorOf(waitWith(runtime, logGroup('/shop', { RetentionInDays: 30 })));
    expect(error).toMatchObject({ code: 'RESOURCE_REQUEST', errorCode: 'AlreadyExists', identifier: '/shop' });
    expect(error.possibleRemnant).toBeUndefined();
    expect(error.message).toMatch(/^cannot create AWS::Logs::LogGroup \/shop: AlreadyExists: .*ensureResource/);
    expect(await properties(typeName, '/shop')).toMatchObject({ RetentionInDays: 7 });
  });

  it('that is throttled before anything was made becomes a new one', async () => {
    const { runtime, cloud, countOf } = await startCloudControl();
    cloud.faults.add(`handler-error:before:${typeName}:CREATE:Throttling:times=2`);
    expect(await waitWith(runtime, logGroup('/shop'))).toMatchObject({ identifier: '/shop', operation: 'CREATE' });
    expect(countOf('CreateResource')).toBe(3);
  });

  it('that left something when it failed is not made anew: there would be two', async () => {
    const { runtime, cloud, countOf } = await startCloudControl();
    cloud.faults.add(`handler-error:after:${typeName}:CREATE:Throttling`);
    const error = await errorOf(waitWith(runtime, logGroup('/shop')));
    expect(error).toMatchObject({ errorCode: 'Throttling', category: 'unavailable', possibleRemnant: '/shop' });
    expect(error.message).toContain('/shop may have been left behind: nothing was deleted');
    expect([countOf('CreateResource'), countOf('DeleteResource')]).toEqual([1, 0]);
  });

  it('gives up after six attempts', async () => {
    const { runtime, cloud, countOf } = await startCloudControl();
    cloud.faults.add(`handler-error:before:${typeName}:CREATE:Throttling:p=1`);
    const error = await errorOf(waitWith(runtime, logGroup('/shop')));
    expect(error.message).toContain('it was the last of 6 attempts');
    expect(countOf('CreateResource')).toBe(6);
  });

  it.each([
    ['reset:cloudcontrol:GetResourceRequestStatus:times=9', 'looks that fail'],
    ['throttle:cloudcontrol:CreateResource:times=9', 'an API that is throttled'],
    ['lost:cloudcontrol:CreateResource:times=3', 'answers that are lost'],
    ['reset:cloudformation:DescribeType:times=30', 'types that nobody describes'],
  ])('outlives %s (%s), and creates once', async (fault) => {
    const { runtime, cloud, json } = await startCloudControl();
    cloud.faults.add(fault);
    const desired = ensureResource({ typeName, desiredState: { LogGroupName: '/shop' } });
    expect(await waitWith(runtime, desired)).toMatchObject({ identifier: '/shop' });
    const { ResourceRequestStatusSummaries: requests } = await json('cloudcontrol', 'ListResourceRequests');
    expect(requests).toHaveLength(1);
  });

  it('withholds what was desired from messages, and shows the identifier', async () => {
    const { runtime } = await startCloudControl();
    const request = logGroup('/shop', { Tags: [{ Key: 'password', Value: 'correct horse battery' }], Colour: 'none' });
    const error = await errorOf(waitWith(runtime, request));
    expect(error.message).toMatch(/InvalidRequest: .*extraneous key \[Colour\]/);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('correct horse');
  });
});

describe('a request to delete', () => {
  it('succeeds, also where the resource is gone', async () => {
    const { runtime } = await startCloudControl();
    await waitWith(runtime, logGroup('/shop'));
    const deletion = deleteResource({ typeName, identifier: '/shop' });
    for (const _ of [1, 2]) {
      expect(await waitWith(runtime, deletion)).toMatchObject({ identifier: '/shop', operation: 'DELETE' });
    }
  });

  it('waits while another request is under way', async () => {
    const { runtime, cloud } = await startCloudControl();
    cloud.faults.add(`handler-slow:${typeName}:CREATE:delay=20s`);
    const summaries: string[] = [];
    let deletion: Promise<unknown> | undefined;
    const creation = waitWith(runtime, logGroup('/shop'), {
      onProgress() {
        deletion ??= waitWith(runtime, deleteResource({ typeName, identifier: '/shop' }), {
          onProgress: ({ summary }) => summaries.push(summary),
        });
      },
    });
    expect(await creation).toMatchObject({ operation: 'CREATE' });
    expect(await deletion).toMatchObject({ operation: 'DELETE' });
    expect(summaries[0]).toBe('deleting AWS::Logs::LogGroup /shop: asked again, since another request is under way');
  });
});

describe('an abort', () => {
  it('cancels the request, and says what may exist', async () => {
    const { runtime, cloud } = await startCloudControl();
    cloud.faults.add(`handler-slow:${typeName}:CREATE`);
    const controller = new AbortController();
    const work = waitWith(runtime, logGroup('/shop'), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const error = await errorOf(work);
    expect(error).toMatchObject({ errorCode: 'Cancelled', possibleRemnant: '/shop' });
    expect(error.message).toMatch(/was cancelled; nothing is rolled back, so \/shop may exist/);
  });

  it('before anything was asked for asks for nothing', async () => {
    const { runtime, calls } = await startCloudControl();
    const error = await errorOf(waitWith(runtime, logGroup('/shop'), { signal: AbortSignal.abort() }));
    expect(error.message).toContain('nothing was asked for yet');
    expect(calls).toEqual([]);
  });
});

describe('a missing permission', () => {
  const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

  it.each([
    ['cloudformation:CreateResource', [allow('logs:*')]],
    ['cloudformation:GetResourceRequestStatus', [allow('logs:*', 'cloudformation:CreateResource')]],
  ])('%s is named with the statement to add', async (action, statements) => {
    const { runtimeOf, roleKey } = await startCloudControl();
    const error = await errorOf(waitWith(runtimeOf(await roleKey(...statements)), logGroup('/shop')));
    expect(error).toMatchObject({ code: 'PERMISSION' });
    expect(error.message).toContain(`{"Effect":"Allow","Action":"${action}"`);
  });

  it('of the handler is named, too', async () => {
    const { runtimeOf, roleKey } = await startCloudControl();
    const error = await errorOf(waitWith(runtimeOf(await roleKey(allow('cloudformation:*'))), logGroup('/shop')));
    expect(error).toMatchObject({ errorCode: 'AccessDenied', category: 'permission' });
    expect(error.message).toContain('add the statement {"Effect":"Allow","Action":"logs:CreateLogGroup"');
  });
});

import { createResource, deleteResource, type ResourceRequest } from 'ringback/cloudcontrol';
import { AwsError } from 'ringback/local';
import { describe, expect, it } from 'vitest';
import { createCloudControlClient } from '../../../lib/cloudcontrol/cloudcontrol-client.ts';
import { waitWith } from '../../../lib/cloudcontrol/wait.ts';
import { startCloudControl } from './cloud.ts';

const typeName = 'AWS::Logs::LogGroup';
const creation = createResource({ typeName, desiredState: { LogGroupName: '/shop' } });
const deletion = deleteResource({ typeName, identifier: '/shop' });

/** Takes a request up again whose token has expired, and which nobody lists any more. */
async function takeUp(request: ResourceRequest, operation: 'CREATE' | 'DELETE', state: object = {}) {
  const { runtime, json, calls, ...cloud } = await startCloudControl();
  const { time, rate, schemas } = runtime;
  const connection = runtime.connect(undefined, undefined);
  const left = { attempt: 1, polls: 9, openedAt: time.now(), operation, requestToken: 'gone', identifier: '/shop' };
  const turn = {
    client: createCloudControlClient({ connection, time, rate, remainingMs: () => 10_000 }),
    schemas,
    time,
    clientToken: () => 'token',
    isAborted: false,
    state: { ...left, ...state },
  };
  return { ...cloud, json, calls, advance: () => request.advance(turn) };
}

describe('a request that Cloud Control does not know', () => {
  it('is found by what it is about, and followed on', async () => {
    let looks = 0;
    const error = new AwsError('RequestTokenNotFoundException', 'Request with token x was not found');
    const { runtime, countOf } = await startCloudControl({
      interceptors: [
        {
          before: ({ operation }) =>
            operation === 'GetResourceRequestStatus' && ++looks <= 2 ? { kind: 'error', error } : undefined,
        },
      ],
    });
    expect(await waitWith(runtime, creation)).toMatchObject({ identifier: '/shop', operation: 'CREATE' });
    expect([countOf('CreateResource'), countOf('ListResourceRequests')]).toEqual([1, 2]);
  });

  it('and that nobody lists fails, and says whether the resource exists', async () => {
    const { advance } = await takeUp(creation, 'CREATE');
    await expect(advance()).rejects.toMatchObject({
      errorCode: 'Expired',
      message:
        'nobody can tell how it ended to create AWS::Logs::LogGroup /shop: Cloud Control does not know the request; the resource does not exist',
    });
  });

  it('to delete is done where the resource is gone', async () => {
    const { advance } = await takeUp(deletion, 'DELETE');
    expect(await advance()).toMatchObject({ kind: 'done', result: { operation: 'DELETE', identifier: '/shop' } });
  });
});

describe('a request that does not end', () => {
  it('is given up after 37 hours', async () => {
    const openedAt = Date.now() - 38 * 3_600_000;
    const { advance, calls } = await takeUp(creation, 'CREATE', { openedAt });
    await expect(advance()).rejects.toMatchObject({ errorCode: 'Unended', category: 'unavailable' });
    expect(calls).toEqual([]);
  });
});

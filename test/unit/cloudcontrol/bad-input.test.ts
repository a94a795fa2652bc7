import { createResource, deleteResource, ensureResource, inOrder, updateResource, wait } from 'ringback/cloudcontrol';
import { describe, expect, it } from 'vitest';
import { waitWith } from '../../../lib/cloudcontrol/wait.ts';
import { startCloudControl } from './cloud.ts';

const typeName = 'AWS::Logs::LogGroup';
const circular: Record<string, unknown> = {};
circular.self = circular;

describe('what cannot be is refused before anything is asked for', () => {
  it.each<[what: string, make: () => unknown, message: RegExp]>([
    [
      'a type name that is none',
      () => createResource({ typeName: 'Bucket', desiredState: {} }),
      /"Bucket" is not the name of a resource type/,
    ],
    [
      'no type name',
      () => createResource({ desiredState: {} } as never),
      /undefined is not the name of a resource type/,
    ],
    [
      'nothing',
      () => createResource(undefined as never),
      /createResource takes an object with a typeName, but got undefined/,
    ],
    [
      'an unknown option',
      () => createResource({ typeName, properties: {} } as never),
      /createResource has no option "properties"; it has typeName/,
    ],
    [
      'a role that is none',
      () => createResource({ typeName, desiredState: {}, roleArn: 'admin' }),
      /roleArn of AWS::Logs::LogGroup is not the ARN/,
    ],
    [
      'a desired state that is no JSON',
      () => createResource({ typeName, desiredState: '{"Secret": hunter2' }),
      /is a text that is not JSON$/,
    ],
    [
      'a desired state that is a list',
      () => ensureResource({ typeName, desiredState: [] as never }),
      /must be an object of properties, but is a list/,
    ],
    [
      'no desired state',
      () => ensureResource({ typeName } as never),
      /must be an object of properties, but is undefined/,
    ],
    [
      'a circular desired state',
      () => createResource({ typeName, desiredState: circular }),
      /is not JSON: it is circular/,
    ],
    [
      'a function in a desired state',
      () => createResource({ typeName, desiredState: { Tags: [{ Key: 'a', Value: () => 'b' }] } }),
      /the desired state of AWS::Logs::LogGroup is not JSON: "Value" is a function, which JSON does not hold; write what it returns$/,
    ],
    [
      'a number that is none in a desired state',
      () => updateResource({ typeName, identifier: '/shop', desiredState: { RetentionInDays: Number.NaN } }),
      /is not JSON: "RetentionInDays" is NaN, which JSON does not hold; write null or a text$/,
    ],
    [
      'a map in a desired state',
      () => ensureResource({ typeName, desiredState: { Tags: new Map([['a', 'b']]) } }),
      /is not JSON: "Tags" is a Map, which JSON does not hold; write Object\.fromEntries\(map\)$/,
    ],
    [
      'a desired state that is too large',
      () => createResource({ typeName, desiredState: { A: 'ü'.repeat(131_073) } }),
      /has 262154 bytes as JSON, and at most 262144/,
    ],
    [
      'both a patch and a desired state',
      () => updateResource({ typeName, identifier: 'x', patchDocument: [], desiredState: {} } as never),
      /takes either a patchDocument or a desiredState/,
    ],
    [
      'neither',
      () => updateResource({ typeName, identifier: 'x' } as never),
      /takes either a patchDocument or a desiredState/,
    ],
    [
      'a patch that is no list',
      () => updateResource({ typeName, identifier: 'x', patchDocument: '[]' as never }),
      /must be a list of operations/,
    ],
    [
      'an operation that is none',
      () => updateResource({ typeName, identifier: 'x', patchDocument: [{ op: 'merge', path: '/A' }] as never }),
      /operation 0 of the patch/,
    ],
    ['an order of something else', () => inOrder([{} as never]), /entry 0 of inOrder is not a request/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIGURATION', message: expect.stringMatching(message) }));
  });

  it('a text that is JSON is a desired state', () => {
    expect(createResource({ typeName, desiredState: '{"LogGroupName":"/shop"}' }).title).toBe(`create ${typeName}`);
  });

  it('an option that wait does not have', async () => {
    const deletion = deleteResource({ typeName, identifier: 'x' });
    await expect(wait(deletion, { timeout: 5 } as never)).rejects.toThrow(/wait has no option "timeout"/);
  });

  it.each([
    ['AWS::Logs::Nothing', /there is no resource type AWS::Logs::Nothing/],
    ['AWS::IAM::AccessKey', /Cloud Control does not provision AWS::IAM::AccessKey/],
  ])('the type %s', async (name, message) => {
    const { runtime, countOf } = await startCloudControl();
    const request = ensureResource({ typeName: name, identifier: 'x', desiredState: {} });
    await expect(waitWith(runtime, request)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    );
    expect(countOf('CreateResource')).toBe(0);
  });
});

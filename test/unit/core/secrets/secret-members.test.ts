import { describe, expect, it } from 'vitest';
import { isSecretMember, isSecretPlace, secretMembers } from '../../../../lib/core/secrets/secret-members.ts';

describe('a member whose name tells a secret', () => {
  it.each([
    ...['secretAccessKey', 'sessionToken', 'accessKeyId', 'artifactCredentials', 'actionCredentials', 'credentials'],
    ...['password', 'passphrase', 'authorization', 'Proxy-Authorization', 'proxyAuthorization', 'cookie', 'Set-Cookie'],
    ...['setCookie', 'x-api-key', 'X-Amz-Security-Token', 'token', 'workflowToken', 'work flowToken', 'clientToken'],
    ...['client_token', 'continuation-token', 'callbackToken', 'requestToken', 'session_token', 'securityToken'],
    ...['access_token', 'refreshToken', 'id_token', 'apiToken', 'bearerToken', 'secret', 'clientSecret'],
    ...['client_secret', 'nonce', 'privateKey', 'private_key', 'apiKey', 'API_KEY', 'mytoken'],
  ])('is %s', (name) => {
    expect(isSecretMember(name)).toBe(true);
  });

  it.each(['tokens', 'tokenType', 'key', 'keys', 'secretary', 'cookies', 'name', 'passwords', 'a-nonce', ''])(
    'is not %j',
    (name) => {
      expect(isSecretMember(name)).toBe(false);
    },
  );
});

describe('a place where a secret stands', () => {
  it.each<[string, object, string, boolean]>([
    ['a member by such a name', { password: 'x' }, 'password', true],
    ['a number by such a name', { password: 5 }, 'password', true],
    ['an object by such a name', { credentials: {} }, 'credentials', true],
    ['one that is empty', { password: '' }, 'password', false],
    ['one that is null', { password: null }, 'password', false],
    ['one that is undefined', { password: undefined }, 'password', false],
    ['one that says yes or no', { password: true }, 'password', false],
    ['any other member', { user: 'x' }, 'user', false],
    ['the value of a name', { name: 'Authorization', value: 'x' }, 'value', true],
    ['the value of a key', { key: 'token', value: 'x' }, 'value', true],
    ['the value of a Name', { Name: 'token', Value: 'x' }, 'Value', true],
    ['the value of a Key', { Key: 'token', Value: 'x' }, 'Value', true],
    ['the value of another name', { name: 'Accept', value: 'x' }, 'value', false],
    ['the value of a name that is no text', { name: ['token'], value: 'x' }, 'value', false],
    ['what only begins like a value', { name: 'token', values: 'x' }, 'values', false],
    ['what only ends like a value', { name: 'token', myvalue: 'x' }, 'myvalue', false],
    ['what follows such a name in a list', ['Authorization', 'x'], '1', true],
    ['the name itself', ['Authorization', 'x'], '0', false],
    ['what follows another name', ['Accept', 'x'], '1', false],
    ['what comes two later', ['token', 'x', 'y'], '2', false],
  ])('is told: %s', (_what, holder, name, expected) => {
    expect(isSecretPlace(holder, name, (holder as Record<string, unknown>)[name])).toBe(expected);
  });
});

describe('the secrets of an event that nobody parsed', () => {
  it.each<[unknown, readonly string[]]>([
    [{ token: 'one', name: 'two', more: { password: 'three', list: [{ nonce: 'four' }] } }, ['one', 'three', 'four']],
    [{ token: { deep: 'x', token: 'one' } }, ['one']],
    [{ token: 5 }, []],
    ['token', []],
    [null, []],
    [undefined, []],
  ])('are those members: of %j', (value, expected) => {
    expect(secretMembers(value)).toEqual(expected);
  });
});

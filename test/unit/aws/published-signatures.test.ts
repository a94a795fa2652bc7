import { expect, it } from 'vitest';
import { type SignableRequest, signRequest } from '../../../lib/aws/sign-request.ts';

/* Requests whose signatures AWS has published: the signing test suite of github.com/awslabs/aws-c-auth (v4, by header). */

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const TOKEN = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267';
const FORM = {
  'Content-Type': 'application/x-www-form-urlencoded',
  'Content-Length': '13',
  'x-amz-content-sha256': '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e',
};

it.each<[name: string, request: Partial<SignableRequest>, signature: string, sessionToken?: string]>([
  ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-header-value-trim',
    { headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  [
    'get-unreserved',
    { path: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' },
    '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  ],
  ['get-utf8', { path: '/ሴ' }, '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
  [
    'get-vanilla-query-order-key-case',
    { path: '/?Param2=value2&Param1=value1' },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['get-vanilla-utf8-query', { path: '/?ሴ=bar' }, '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04'],
  ['get-vanilla-with-session-token', {}, '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8', TOKEN],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', headers: FORM, body: 'Param1=value1' },
    'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
  ],
])('%s has the signature that AWS gives it', (_name, request, signature, sessionToken) => {
  const scope = { service: 'service', region: 'us-east-1', host: 'example.amazonaws.com' };
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, ...(sessionToken && { sessionToken }) };
  const signed = signRequest(
    { ...scope, method: 'GET', path: '/', headers: {}, ...request },
    credentials,
    new Date('2015-08-30T12:36:00Z'),
  );
  expect(/Signature=(.*)/.exec(signed.authorization ?? '')?.[1]).toBe(signature);
});

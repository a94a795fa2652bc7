import { describe, expect, it } from 'vitest';
import { createConnection } from '../../../lib/aws/index.ts';

const endpoint = (AWS_ENDPOINT_URL: string) =>
  createConnection({ env: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL } }).endpoint('dynamodb');

describe('the endpoint that an environment names', () => {
  it.each(['http://127.0.0.1:4566', 'https://vpce-1.example.com/path'])('is taken as it is: %s', (text) => {
    expect(endpoint(text).href).toContain(text);
  });

  it.each(['nonsense', '127.0.0.1:4566', 'localhost:4566', 'file:///etc/passwd', 'http://', ' '])(
    'is refused by one line that names the variable: %j',
    (text) => {
      expect(() => endpoint(text)).toThrow(/^AWS_ENDPOINT_URL, or that of dynamodb, is not the address of a server: "/);
    },
  );
});

describe('what is no region', () => {
  it.each([
    'x@127.0.0.1:4566/#',
    'evil.example.com',
    'us-east-1.evil.example.com/',
    'us-east-1#',
    'us-east-1\n',
    'US-EAST-1',
    'a',
  ])('becomes no part of a host, wherever it is named: %j', (region) => {
    expect(() => createConnection({ env: { AWS_REGION: region } })).toThrow(/^not an AWS region: "/);
    expect(() => createConnection({ env: { AWS_DEFAULT_REGION: region } })).toThrow(/^not an AWS region: "/);
    expect(() => createConnection({ env: {}, region })).toThrow(/^not an AWS region: "/);
  });
});

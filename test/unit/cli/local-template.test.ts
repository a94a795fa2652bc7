import { describe, expect, it } from 'vitest';
import { folder } from '../local/template/assembly-folder.ts';
import { runCli } from './run-cli.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: index.handler, InlineCode: 'exports.handler = async () => 1;' }
`;

describe('ringback local --template', () => {
  const cwd = () => folder({ 'template.yaml': TEMPLATE });
  const local = (...args: readonly string[]) =>
    runCli(['local', '--once', '--quiet', '--port', '0', '--template', 'template.yaml', ...args], { cwd: cwd() });

  it('deploys a template without the CDK, under the name that --stack gives', async () => {
    const { code, stdout, stderr } = await local('--stack', 'Shop');
    expect(stderr).toBe('');
    expect(stdout).toContain('deployed Shop (2 resources)');
    expect(code).toBe(0);
  });

  it.each([
    [['--assembly', 'cdk.out'], '--assembly and --template exclude each other'],
    [['--stack', 'A', '--stack', 'B'], 'a template is one stack, but --stack names A and B'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await local(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

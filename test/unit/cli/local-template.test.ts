import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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

describe('ringback local --empty', () => {
  const local = (...args: readonly string[]) =>
    runCli(['local', '--once', '--quiet', '--port', '0', '--empty', ...args], { cwd: folder({}) });

  it('starts with nothing, wherever it is called, and says who deploys', async () => {
    const { code, stdout, stderr } = await local('--stub', 'Build=succeed');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('deployed nothing; clients deploy over AWS_ENDPOINT_URL\n');
  });

  it.each([
    ['assembly', 'cdk.out'],
    ['template', 'template.yaml'],
    ['stack', 'Shop'],
    ['parameter', 'Shop.Size=1'],
  ])('refuses --%s %s beside it', async (name, value) => {
    const { code, stderr } = await local(`--${name}`, value);
    expect(stderr).toContain(`--empty deploys nothing, so --${name} has no meaning beside it`);
    expect(code).toBe(2);
  });
});

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

  it('says in one line that a template is not there, also where it would stay up', async () => {
    const args = ['local', '--quiet', '--port', '0', '--template', 'nowhere.yaml'];
    const { code, stdout, stderr } = await runCli(args, { cwd: cwd() });
    expect(stderr).toMatch(/^ringback: there is no template .*nowhere\.yaml\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['my shöp #1%20', 'my-shop-1-20'],
    ['42', 'Stack'],
  ])('names the stack after the folder %s, as a stack can be called', async (name, stack) => {
    const shop = path.join(cwd(), name);
    mkdirSync(shop);
    writeFileSync(path.join(shop, 'template.yaml'), TEMPLATE);
    const args = ['local', '--once', '--quiet', '--port', '0', '--template', 'template.yaml'];
    const { code, stdout, stderr } = await runCli(args, { cwd: shop });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`deployed ${stack} (2 resources)`);
  });

  it('says that no temporary folder can be made, and what names another place', async () => {
    const args = ['local', '--once', '--port', '0', '--template', 'template.yaml'];
    const { code, stderr } = await runCli(args, { cwd: cwd(), env: { TMPDIR: '/nowhere' } });
    expect(stderr).toBe(
      'ringback: no temporary folder can be made in /nowhere: there is no such folder; TMPDIR names another place\n',
    );
    expect(code).toBe(2);
  });

  it('refuses a function without a handler, as Lambda does', async () => {
    const without = folder({ 'template.yaml': TEMPLATE.replace('Handler: index.handler, ', '') });
    const args = ['local', '--once', '--quiet', '--port', '0', '--template', 'template.yaml'];
    const { code, stderr } = await runCli(args, { cwd: without });
    expect(stderr).toMatch(/^ringback: Greeter .* cannot be created: Runtime and Handler are mandatory parameters/);
    expect(code).toBe(2);
  });

  it.each([
    [['--stack', 'My Shop'], 'a stack cannot be called "My Shop": its name takes 1 to 128 letters, digits and hyphens'],
    [['--assembly', 'cdk.out'], '--assembly and --template exclude each other'],
    [['--stack', 'A', '--stack', 'B'], 'a template is one stack, but --stack names A and B'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await local(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

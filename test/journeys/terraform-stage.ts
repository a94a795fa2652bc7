import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { LaunchRole, TerraformEngine } from 'ringback/infra';
import { handlerPath } from '../../infra/handler-path.ts';
import { createProduct } from '../../infra/scenarios/document-product.ts';
import { follow, provision } from '../../infra/scenarios/provisioning.ts';
import { newToken, serviceCatalogClient } from '../../infra/scenarios/service-catalog-client.ts';
import type { Interceptor } from '../../lib/local/index.ts';
import type { Deployment } from '../../lib/local/template/deployment.ts';
import { type Journey, startJourney } from './journey.ts';

/** The program of these tests, as an absolute path; undefined where there is none. */
export function findTerraform(): string | undefined {
  const { stdout, status } = spawnSync('sh', ['-c', 'command -v "$0"', process.env.RINGBACK_TERRAFORM ?? 'terraform'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * A program that passes on to Terraform, and tells which command runs and as which process.
 *
 * @param before - lines of shell, run before Terraform
 */
export function watchedTerraform(terraform: string, before = '') {
  const folder = mkdtempSync(path.join(tmpdir(), 'terraform-watched-'));
  const told = path.join(folder, 'running');
  const binary = path.join(folder, 'terraform');
  const script = ['#!/bin/sh', `echo "$1 $$" > "${told}"`, before, `exec "${terraform}" "$@"`];
  writeFileSync(binary, `${script.join('\n')}\n`, { mode: 0o755 });
  const running = () => {
    try {
      return readFileSync(told, 'utf8').trim().split(' ');
    } catch {
      return [];
    }
  };
  return {
    folder,
    binary,
    /** The command that was started last, such as `apply`. */
    command: () => running()[0] ?? '',
    /** The process of the command that was started last. */
    pid: () => Number(running()[1]),
    /** Kills what was started last, and all of its group. */
    kill: () => void process.kill(-Number(running()[1]), 'SIGKILL'),
    reset: () => rmSync(told, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const ROLE = 'SCLaunchTerraformJourney';

/** An engine for Terraform whose builds run in the local cloud. */
export async function startTerraformJourney(interceptor: Interceptor): Promise<Journey> {
  const declare = (stack: Stack) => {
    const { stateBucket } = new TerraformEngine(stack, 'Terraform', {
      entry: handlerPath('terraform-engine'),
      parserEntry: handlerPath('terraform-parameters'),
    });
    new LaunchRole(stack, 'LaunchRole', { roleName: ROLE });
    return { StateBucket: stateBucket.bucketName };
  };
  return startJourney('Terraform', declare, { speed: 240, interceptors: [interceptor] });
}

/** Puts a configuration into the catalog. @returns the operations of one product of it */
export async function offerProduct({ cloud, client }: Journey, content: string, name: string) {
  const deployment = { stacks: [] } as unknown as Deployment;
  const stage = { cloud, client, deployment, signal: new AbortController().signal };
  const call = serviceCatalogClient(stage);
  const product = await createProduct(stage, call, ROLE, { type: 'EXTERNAL', file: 'main.tf', content });
  const ProvisionedProductName = name;
  return {
    provision: (parameters: Readonly<Record<string, string>>) => provision(stage, call, product, name, parameters),
    update: (parameters: Readonly<Record<string, string>>) =>
      follow(stage, call, 'UpdateProvisionedProduct', {
        ProvisionedProductName,
        ProvisioningParameters: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })),
        UpdateToken: newToken(),
      }),
    terminate: () =>
      follow(stage, call, 'TerminateProvisionedProduct', { ProvisionedProductName, TerminateToken: newToken() }),
  };
}

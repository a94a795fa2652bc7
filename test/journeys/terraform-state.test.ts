import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../lib/local/kernel/aws-error.ts';
import { startLocalRuns } from '../unit/terraform/local-run.ts';
import { findTerraform, watchedTerraform } from './terraform-stage.ts';

const terraform = findTerraform();
const DENIED = new AwsError('AccessDenied', 'Access Denied', { status: 403 });
const SLOW = new AwsError('SlowDown', 'Reduce your request rate', { status: 503 });

const FILES = {
  'main.tf': 'resource "terraform_data" "x" { input = "made" }\noutput "id" { value = terraform_data.x.id }\n',
};

describe.skipIf(terraform === undefined)('a state that S3 refuses (runs where terraform is installed)', () => {
  const watched = watchedTerraform(terraform ?? '');
  let local: Awaited<ReturnType<typeof startLocalRuns>>;
  let refusals = { left: 0, error: DENIED };

  beforeAll(async () => {
    local = await startLocalRuns({
      interceptors: [
        {
          before({ operation }) {
            if (operation !== 'PutObject' || watched.command() !== 'apply' || refusals.left <= 0) return undefined;
            refusals.left--;
            return { kind: 'error', error: refusals.error };
          },
        },
      ],
    });
  });
  afterAll(async () => {
    watched.remove();
    await local?.stop();
  });

  const run = (product: string, more: Parameters<typeof local.run>[0] = {}) => {
    watched.reset();
    return local.run({ product, files: FILES, binary: watched.binary, ...more });
  };
  const stateOf = async (product: string) => JSON.parse(String((await local.store.read(local.keyOf(product))) ?? '{}'));
  const update = { type: 'UPDATE_PROVISIONED_PRODUCT' } as const;

  it.each([
    ['once', 1, DENIED],
    ['for as long as Terraform tries, and longer', 7, SLOW],
  ])('%s is saved by the engine, and the operation succeeds with its outputs', async (_, left, error) => {
    refusals = { left, error };
    const product = `saved-${left}`;
    const made = await run(product);
    expect(refusals.left).toBe(0);
    const [resource] = (await stateOf(product)).resources;
    expect(made).toEqual({
      kind: 'succeeded',
      details: { outputs: [{ key: 'id', value: resource.instances[0].attributes.id }] },
    });
    expect(await local.store.read(`${local.keyOf(product)}.ringback/errored.tfstate`)).toBeUndefined();
  });

  it.each([
    ['is kept beside its place', 2, /^the state could not be saved; it is kept at (s3:\S+errored\.tfstate), where/],
    [
      'is kept on the machine when S3 takes nothing',
      1_000,
      /^the state could not be saved; it is kept at (\/\S+), where/,
    ],
  ])('%s; the reason names where, and the next operation takes it up', async (_, left, reason) => {
    refusals = { left, error: DENIED };
    const product = `kept-${left}`;
    const failed = await run(product);
    expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringMatching(reason) });
    expect(await local.store.read(local.keyOf(product))).toBeUndefined();
    const place = reason.exec((failed as { reason: string }).reason)?.[1] ?? '';
    expect(place.startsWith('s3:') || existsSync(place)).toBe(true);
    refusals.left = 0;
    const idBefore = local.lines.length;
    const updated = await run(product, update);
    expect(updated.kind).toBe('succeeded');
    const made = local.lines.slice(idBefore).filter((line) => line.startsWith('terraform apply start'));
    expect(made).toEqual([]);
    expect((await stateOf(product)).resources).toHaveLength(1);
    expect(existsSync(place)).toBe(false);
    expect(await local.store.read(`${local.keyOf(product)}.ringback/errored.tfstate`)).toBeUndefined();
  });

  it('is taken up by a termination, which destroys what it tells of', async () => {
    refusals = { left: 2, error: DENIED };
    expect((await run('ended')).kind).toBe('failed');
    refusals.left = 0;
    expect((await run('ended', { type: 'TERMINATE_PROVISIONED_PRODUCT' })).kind).toBe('succeeded');
    expect((await stateOf('ended')).resources).toEqual([]);
  });
});

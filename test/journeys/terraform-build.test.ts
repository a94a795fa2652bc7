import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Journey } from './journey.ts';
import { findTerraform, offerProduct, startTerraformJourney, watchedTerraform } from './terraform-stage.ts';

const terraform = findTerraform();
const SECRET = 'correct-horse-battery-staple';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform fills it in
const CONFIGURATION = `
variable "seconds" {
  type    = number
  default = 0
}
variable "password" {
  type      = string
  default   = ""
  sensitive = true
}
resource "terraform_data" "first" {
  input = var.password
  provisioner "local-exec" { command = "sleep \${var.seconds}" }
}
resource "terraform_data" "second" {
  input = nonsensitive(var.password)
  provisioner "local-exec" { command = "test -z '\${nonsensitive(var.password)}'" }
}
`;
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform fills it in

describe.skipIf(terraform === undefined)('a build of the Terraform engine (runs where terraform is installed)', () => {
  let journey: Journey;
  const watched = watchedTerraform(terraform ?? '');
  const builds = () => journey.cloud.codebuild.builds();

  beforeAll(async () => {
    vi.stubEnv('PATH', `${watched.folder}:${process.env.PATH}`);
    journey = await startTerraformJourney({});
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    watched.remove();
    await journey?.close();
  });

  it('tells a secret of a failing apply in no log, no event and no reason', async () => {
    const seen: string[] = [];
    // The operation itself brings the secret along: what is meant is all that comes of it.
    const isTold = (text: string) => /^\["(answer|log|notice|state)"/.test(text) || text.includes('AWSCodeBuild-');
    onTestFinished(
      journey.cloud.events.onAny((...event) => {
        const text = JSON.stringify(event);
        if (isTold(text)) seen.push(text);
      }),
    );
    const product = await offerProduct(journey, CONFIGURATION, 'secret');
    const failed = await product.provision({ password: SECRET });
    expect(failed).toMatchObject({
      productStatus: 'TAINTED',
      reason: expect.stringMatching(/terraform_data\.second.*\[withheld\]/s),
    });
    const log = builds().flatMap(({ log }) => log);
    expect(log.join('\n')).toContain('terraform_data.second');
    expect(seen.length).toBeGreaterThan(10);
    expect([failed.reason ?? '', ...log, ...seen].filter((text) => text.includes(SECRET))).toEqual([]);
    expect(await product.terminate()).toMatchObject({ productStatus: 'TERMINATED' });
  }, 120_000);

  it('answers when it is told to stop, with its state saved', async () => {
    watched.reset();
    const earlier = builds().length;
    const product = await offerProduct(journey, CONFIGURATION, 'stopped');
    const answered = product.provision({ seconds: '60' });
    const isMaking = () => builds()[earlier]?.log.some((line) => /apply start.*terraform_data\.first/.test(line));
    await expect.poll(isMaking, { timeout: 60_000 }).toBe(true);
    process.kill(parentOf(watched.pid()), 'SIGTERM');
    expect(await answered).toMatchObject({
      productStatus: 'TAINTED',
      reason: expect.stringMatching(/^terraform apply was stopped.*an update takes up the rest \[timeout/),
    });
    expect(await product.update({ seconds: '0' })).toMatchObject({ productStatus: 'AVAILABLE' });
    expect(await product.terminate()).toMatchObject({ productStatus: 'TERMINATED' });
  }, 120_000);
});

function parentOf(pid: number): number {
  return Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
}

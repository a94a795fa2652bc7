import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WireCall } from '../../lib/local/wire/interceptor.ts';
import type { Journey } from './journey.ts';
import { findTerraform, offerProduct, startTerraformJourney, watchedTerraform } from './terraform-stage.ts';

const terraform = findTerraform();

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform fills it in
const CONFIGURATION = `
variable "seconds" { type = number }
resource "terraform_data" "first" { input = "made" }
resource "terraform_data" "second" {
  input = terraform_data.first.output
  provisioner "local-exec" { command = "sleep \${var.seconds}" }
}
output "seconds" { value = var.seconds }
`;
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform fills it in

interface Moment {
  readonly name: string;
  /** Whether a call of the build is the moment; where it is none of a call, the second resource is being made. */
  readonly isAt?: (call: WireCall, command: string) => boolean;
  /** Whether Terraform dies with the build, as it does in a container. @defaultValue false */
  readonly withTerraform?: boolean;
  /** The names of resources in the state afterwards. */
  readonly state: readonly string[] | undefined;
  /** Those that may be there instead. @defaultValue `state` */
  readonly orStates?: readonly (readonly string[])[];
  readonly status?: 'AVAILABLE';
}

let gets = 0;
const MOMENTS: readonly Moment[] = [
  {
    name: 'during the download',
    isAt: ({ operation }, command) => command === '' && operation === 'GetObject' && ++gets === 2,
    state: undefined,
  },
  {
    name: 'during init',
    isAt: ({ operation }, command) => command === 'init' && operation === 'ListObjectsV2',
    state: undefined,
  },
  {
    name: 'during the plan',
    isAt: ({ operation }, command) => command === 'apply' && operation === 'HeadObject',
    state: undefined,
    // So short an apply may be on its way, or over, before the interrupt comes.
    orStates: [['first'], ['first', 'second']],
  },
  { name: 'in the middle of the apply, before Terraform', state: ['first', 'second'] },
  { name: 'in the middle of the apply, with Terraform', withTerraform: true, state: undefined },
  {
    name: 'while Terraform saves its state',
    isAt: ({ operation }, command) => command === 'apply' && operation === 'PutObject',
    state: ['first', 'second'],
  },
  {
    name: 'after the apply, before the answer is decided',
    isAt: ({ service }, command) => command === 'apply' && service === 'dynamodb',
    state: ['first', 'second'],
  },
  {
    name: 'after the answer was decided, before it was told',
    isAt: ({ service }, command) => command === 'apply' && service === 'servicecatalog',
    state: ['first', 'second'],
    status: 'AVAILABLE',
  },
];

describe.skipIf(terraform === undefined)('a build that is killed (runs where terraform is installed)', () => {
  let journey: Journey;
  let moment: Moment | undefined;
  const watched = watchedTerraform(terraform ?? '');
  /** Builds of earlier operations; the last of them may still be ending. */
  let earlier = 0;
  const build = () => journey.cloud.codebuild.builds()[earlier];

  function kill(): void {
    moment = undefined;
    journey.cloud.codebuild.kill(build()?.id ?? '', 'SIGKILL');
  }

  beforeAll(async () => {
    vi.stubEnv('PATH', `${watched.folder}:${process.env.PATH}`);
    journey = await startTerraformJourney({
      before(call) {
        const stream = build()?.id.split(':')[1];
        if (stream === undefined || !call.principal.arn.endsWith(`AWSCodeBuild-${stream}`)) return undefined;
        if (!moment?.isAt?.(call, watched.command())) return undefined;
        kill();
        return { kind: 'reset' };
      },
    });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    watched.remove();
    await journey?.close();
  });

  /** The states of other products. */
  const others = new Set<string>();
  let latest: readonly string[] = [];

  /** The names of resources in the state of this test's product; undefined where there is none. */
  async function resourcesInState(): Promise<readonly string[] | undefined> {
    const s3 = new S3Client(journey.client);
    const Bucket = journey.output('StateBucket');
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: journey.cloud.accountId }));
    const keys = Contents.flatMap(({ Key = '' }) => (/^\d+\/[^./]+$/.test(Key) && !others.has(Key) ? [Key] : []));
    const states = await Promise.all(
      keys.map(async (Key) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? ''),
    );
    latest = keys;
    const [state] = states.map((text) => JSON.parse(text)).filter(({ resources }) => resources.length > 0);
    return state?.resources.map(({ name }: { name: string }) => name);
  }

  function isAlive(pid: number): boolean {
    try {
      return Number.isInteger(pid) && process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  async function isUnlocked(): Promise<boolean> {
    const s3 = new S3Client(journey.client);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: journey.output('StateBucket') }));
    return latest.every((state) => Contents.every(({ Key }) => Key !== `${state}.tflock`));
  }

  it.each(MOMENTS)(
    'is answered for $name; the state is not lost, and an update takes it up',
    async (now) => {
      watched.reset();
      await resourcesInState();
      for (const key of latest) others.add(key);
      gets = 0;
      earlier = journey.cloud.codebuild.builds().length;
      const product = await offerProduct(journey, CONFIGURATION, `killed-${MOMENTS.indexOf(now)}`);
      moment = now;
      const isSlow = now.isAt === undefined;
      const answered = product.provision({ seconds: isSlow ? '30' : '0' });
      if (isSlow) {
        await expect
          .poll(() => build()?.log.some((line) => /apply start.*terraform_data\.second/.test(line)), {
            timeout: 60_000,
          })
          .toBe(true);
        kill();
        if (now.withTerraform) watched.kill();
      }
      const { productStatus, reason } = await answered;
      expect({ productStatus, reason: reason ?? '' }).toEqual(
        now.status === 'AVAILABLE'
          ? { productStatus: 'AVAILABLE', reason: '' }
          : { productStatus: 'TAINTED', reason: expect.stringMatching(/the build .* failed in BUILD/) },
      );
      // An interrupted Terraform saves its state when nobody waits for it any more.
      await expect.poll(() => isAlive(watched.pid()), { timeout: 30_000 }).toBe(false);
      expect([now.state, ...(now.orStates ?? [])]).toContainEqual(await resourcesInState());
      const updated = await product.update({ seconds: '1' });
      expect(updated).toMatchObject({ productStatus: 'AVAILABLE', outputs: { seconds: '1' } });
      expect(await resourcesInState()).toEqual(['first', 'second']);
      expect(await product.terminate()).toMatchObject({ productStatus: 'TERMINATED' });
      expect(await resourcesInState()).toBeUndefined();
      expect(await isUnlocked()).toBe(true);
    },
    180_000,
  );
});

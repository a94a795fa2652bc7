import { isRegion } from '../aws/index.ts';
import { profileRegion } from './profile-region.ts';
import { UsageError } from './usage-error.ts';

/**
 * The region that a command works in: its option's, the environment's (AWS_REGION, AWS_DEFAULT_REGION), or the
 * profile's, as with the AWS CLI.
 *
 * @throws UsageError when none of them names one, or what they name is none
 */
export async function findRegion(option: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const named = option || env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (named) return checked(named);
  const profile = env.AWS_PROFILE || 'default';
  const region = await profileRegion(profile, env);
  if (region) return checked(region);
  throw new UsageError(
    `no AWS region is named: pass --region, set AWS_REGION, or give the profile ${profile} a region`,
  );
}

/** A region becomes a part of a host's name; nothing else may. */
function checked(region: string): string {
  if (isRegion(region)) return region;
  throw new UsageError(`an AWS region looks like eu-central-1, but the one named here is ${JSON.stringify(region)}`);
}

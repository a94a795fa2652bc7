import { loadConfig } from '@smithy/core/config';
import { isRegion } from '../aws/index.ts';
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
  const ofProfile = loadConfig<string>(
    {
      environmentVariableSelector: () => undefined,
      configFileSelector: ({ region }) => region,
      default: '',
    },
    {
      profile,
      ...(env.AWS_CONFIG_FILE ? { configFilepath: env.AWS_CONFIG_FILE } : {}),
      ...(env.AWS_SHARED_CREDENTIALS_FILE ? { filepath: env.AWS_SHARED_CREDENTIALS_FILE } : {}),
    },
  );
  const region = await ofProfile();
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

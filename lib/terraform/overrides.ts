import type { Configuration, Provider } from './configuration/configuration.ts';
import { toHcl } from './configuration/expression.ts';
import { EngineFailure } from './failure.ts';
import { quoted } from './hcl/quote.ts';

/** Where state is kept, and how. */
export interface Backend {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  /** The KMS key that state is encrypted with; S3's own encryption where it is absent. */
  readonly kmsKeyArn?: string | undefined;
  /** Another address of S3 and STS, such as the local cloud's. */
  readonly endpoints?: { readonly s3: string; readonly sts: string } | undefined;
}

/** Puts state into S3, whatever the product says of a backend. */
export function backendOverride({ bucket, key, region, kmsKeyArn, endpoints }: Backend): object {
  return {
    terraform: {
      backend: {
        s3: {
          bucket: literal(bucket),
          key: literal(key),
          region,
          encrypt: true,
          use_lockfile: true,
          // The engine has met the bucket with the same keys: Terraform need not ask who it is, in every command.
          skip_credentials_validation: true,
          skip_requesting_account_id: true,
          ...(kmsKeyArn === undefined ? {} : { kms_key_id: kmsKeyArn }),
          ...(endpoints === undefined ? {} : { endpoints, use_path_style: true, skip_region_validation: true }),
        },
      },
    },
  };
}

/** As whom providers work, and what they tag. */
export interface ProviderSettings {
  readonly launchRoleArn: string | undefined;
  readonly sessionName: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Makes every provider block of hashicorp/aws assume the launch role and tag what it makes; undefined where there is none.
 *
 * An override replaces nested blocks of a kind as a whole, so the product's own default tags are merged here; arguments and
 * other nested blocks of the product's stay, as does every other provider.
 *
 * @param addsDefault - whether the provider without an alias is overridden where no block of it is written, too
 * @throws EngineFailure when default tags are made by a `dynamic` block
 */
export function providerOverride(
  { providers, awsNames }: Configuration,
  settings: ProviderSettings,
  addsDefault: boolean,
): object | undefined {
  const written = new Map<string, readonly object[]>();
  const add = (name: string, block: object) => written.set(name, [...(written.get(name) ?? []), block]);
  for (const provider of providers) {
    if (awsNames.includes(provider.name)) add(provider.name, blockOf(provider, settings));
  }
  for (const name of addsDefault ? awsNames.slice(0, 1) : []) {
    if (!providers.some((provider) => provider.name === name && provider.alias === undefined))
      add(name, common(settings));
  }
  return written.size === 0 ? undefined : { provider: Object.fromEntries(written) };
}

function blockOf(provider: Provider, settings: ProviderSettings): object {
  const { alias, defaultTags, hasDynamicTags, file, line } = provider;
  if (hasDynamicTags) {
    throw new EngineFailure(
      'configuration',
      'product author',
      `the default_tags of the provider "${provider.name}" are made by a dynamic block (${file} line ${line}), to which the product's tags cannot be added; write default_tags { tags = ... }`,
    );
  }
  const own = defaultTags === undefined ? undefined : toHcl(defaultTags);
  return {
    ...(alias === undefined ? {} : { alias }),
    ...common(settings),
    ...(own === undefined ? {} : { default_tags: [{ tags: `\${merge(${own}, ${hclMap(settings.tags)})}` }] }),
  };
}

function common({ launchRoleArn, sessionName, tags }: ProviderSettings): Record<string, unknown> {
  const escaped = Object.fromEntries(Object.entries(tags).map(([key, value]) => [literal(key), literal(value)]));
  return {
    ...(launchRoleArn === undefined ? {} : { assume_role: [{ role_arn: launchRoleArn, session_name: sessionName }] }),
    default_tags: [{ tags: escaped }],
  };
}

/** A text in which nothing is a template. */
function literal(text: string): string {
  return text.replace(/[$%]\{/g, (mark) => `${mark[0]}${mark}`);
}

function hclMap(tags: Readonly<Record<string, string>>): string {
  const members = Object.entries(tags).map(([key, value]) => `${quoted(key)} = ${quoted(value)}`);
  return `{ ${members.join(', ')} }`;
}

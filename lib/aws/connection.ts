import { AwsCallError } from './aws-call-error.ts';
import { type CredentialProvider, defaultCredentials } from './credentials.ts';

/** Where AWS is, and as whom to call it. */
export interface AwsConnection {
  readonly region: string;
  readonly credentials: CredentialProvider;
  /** The base address of a service, by its endpoint prefix (`codepipeline`). */
  readonly endpoint: (service: string) => URL;
  /**
   * Whether a call is worth trying again whose credentials are missing or refused: somebody may renew them.
   *
   * @defaultValue true
   */
  readonly awaitsCredentials?: boolean;
}

/** Options of {@link createConnection}. */
export interface ConnectionOptions {
  /** @defaultValue AWS_REGION, then AWS_DEFAULT_REGION */
  readonly region?: string;
  /** @defaultValue the process's own ({@link defaultCredentials}) */
  readonly credentials?: CredentialProvider;
  /** @defaultValue true */
  readonly awaitsCredentials?: boolean;
  /** @defaultValue process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Reads the connection from the environment as the AWS SDKs do: AWS_REGION, AWS_ENDPOINT_URL,
 * AWS_ENDPOINT_URL_CODEPIPELINE and its siblings, AWS_USE_FIPS_ENDPOINT.
 *
 * @throws Error when no region is set, or it is none: it becomes a part of the host that gets signed requests
 */
export function createConnection(options: ConnectionOptions = {}): AwsConnection {
  const env = options.env ?? process.env;
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region) throw new Error('no AWS region: set AWS_REGION, or pass the region');
  if (!isRegion(region)) throw new Error(`not an AWS region: ${JSON.stringify(region.slice(0, 60))}`);
  return {
    region,
    credentials: options.credentials ?? defaultCredentials(env),
    endpoint: (service) => endpointOf(service, region, env),
    awaitsCredentials: options.awaitsCredentials ?? true,
  };
}

/** Tells whether a text may be a region's name, such as `eu-central-1` or `us-gov-west-1`. */
export function isRegion(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+){1,4}$/.test(text) && text.length <= 40;
}

/** Service ids as environment variables spell them, where they differ from the endpoint prefix in upper case. */
const SERVICE_ID_VARIABLES: Readonly<Record<string, string>> = {
  servicecatalog: 'SERVICE_CATALOG',
  cloudcontrolapi: 'CLOUDCONTROL',
  events: 'EVENTBRIDGE',
  logs: 'CLOUDWATCH_LOGS',
  secretsmanager: 'SECRETS_MANAGER',
};

const DNS_SUFFIXES: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
];

function endpointOf(service: string, region: string, env: NodeJS.ProcessEnv): URL {
  const id = SERVICE_ID_VARIABLES[service] ?? service.toUpperCase().replaceAll('-', '_');
  const configured =
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true'
      ? undefined
      : env[`AWS_ENDPOINT_URL_${id}`] || env.AWS_ENDPOINT_URL;
  if (configured) return configuredEndpoint(service, configured);
  const suffix = DNS_SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  const fips = env.AWS_USE_FIPS_ENDPOINT === 'true' ? '-fips' : '';
  return addressOf(`https://${service}${fips}.${region}.${suffix}`);
}

/** Addresses that were read, by their texts: each call needs one. */
const addresses = new Map<string, URL>();
const KEPT_ADDRESSES = 64;

function addressOf(text: string): URL {
  const known = addresses.get(text);
  if (known !== undefined) return known;
  if (addresses.size >= KEPT_ADDRESSES) addresses.clear();
  const url = new URL(text);
  addresses.set(text, url);
  return url;
}

/** @throws AwsCallError when it is not the address of a server */
function configuredEndpoint(service: string, text: string): URL {
  const url = URL.canParse(text) ? addressOf(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new AwsCallError(
    `AWS_ENDPOINT_URL, or that of ${service}, is not the address of a server: ${JSON.stringify(text.slice(0, 100))}`,
    { code: 'InvalidEndpoint', fault: 'client', action: service, passes: false },
  );
}

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import { type Build, logStreamOf } from './build.ts';
import type { Buildspec } from './buildspec.ts';

/** Where values lie that a build has by reference. Each asks under the project's role. */
export interface ValueStores {
  parameter(principal: Principal, name: string): Promise<string>;
  /** `secret-id:json-key:version-stage:version-id`, as CodeBuild has it. */
  secret(principal: Principal, reference: string): Promise<string>;
}

/** How far simulated time is ahead, for the commands of a phase: it stays the same as long as they run. */
export const CLOCK_OFFSET = 'RINGBACK_LOCAL_CLOCK_OFFSET_MS';

/** Lets `Date` tell simulated time, so that `ringback` and the functions of the cloud agree on it. */
const SIMULATED_DATE = `const RealDate = Date;
const now = () => RealDate.now() + Number(process.env.${CLOCK_OFFSET} ?? 0);
globalThis.Date = class Date extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }
  static now() {
    return now();
  }
};
`;

/** How long the credentials of a build are good: as long as a build may last, in seconds. */
const CREDENTIALS_SECONDS = 36 * 3600 + 600;

/** The variables that every build has; of the developer's own only PATH passes. */
export function baseVariables(build: Build, kernel: Kernel, root: string): Readonly<Record<string, string>> {
  const { project } = build;
  const { region } = kernel;
  const session = { sessionName: `AWSCodeBuild-${logStreamOf(build)}`, durationSeconds: CREDENTIALS_SECONDS };
  const credentials = kernel.identity.issue(project.serviceRole, session);
  return {
    PATH: searchPath(root),
    LANG: 'C.UTF-8',
    HOME: path.join(root, 'home'),
    CI: 'true',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: kernel.endpoint(),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: 'AWS_CodeBuild',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: project.environment.image,
    CODEBUILD_BUILD_NUMBER: String(build.number),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_KMS_KEY_ID: project.encryptionKey,
    CODEBUILD_LOG_PATH: logStreamOf(build),
    CODEBUILD_SRC_DIR: path.join(root, 'src'),
    CODEBUILD_START_TIME: String(Math.floor(build.startedAt)),
  };
}

/** The command `ringback` of this very copy, Node as it runs here, and what the developer's project has. */
function searchPath(root: string): string {
  const own = path.join(root, 'bin');
  mkdirSync(own, { recursive: true });
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(`../../cli/main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const clock = path.join(own, 'simulated-date.mjs');
  writeFileSync(clock, SIMULATED_DATE);
  const node = `"${process.execPath}" --import "${pathToFileURL(clock)}"${isSource ? ' --conditions=ringback-source' : ''}`;
  writeFileSync(path.join(own, 'ringback'), `#!/bin/sh\nexec ${node} "${main}" "$@"\n`, { mode: 0o755 });
  const project = path.join(process.cwd(), 'node_modules', '.bin');
  return [own, path.dirname(process.execPath), project, process.env.PATH ?? ''].join(path.delimiter);
}

/** The values of the project's variables and of the buildspec's; those of the build itself win. */
export async function resolveVariables(
  { project }: Build,
  spec: Buildspec,
  role: Principal,
  stores: ValueStores,
): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = { ...spec.variables };
  for (const [name, key] of Object.entries(spec.parameterStore)) variables[name] = await stores.parameter(role, key);
  for (const [name, key] of Object.entries(spec.secretsManager)) variables[name] = await stores.secret(role, key);
  for (const { name, value, type } of project.environment.environmentVariables) {
    if (type === 'PARAMETER_STORE') variables[name] = await stores.parameter(role, value);
    else if (type === 'SECRETS_MANAGER') variables[name] = await stores.secret(role, value);
    else variables[name] = value;
  }
  return variables;
}

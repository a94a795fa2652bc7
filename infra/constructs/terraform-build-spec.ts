import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { packageVersion } from '../../lib/package-version.ts';

/** A release of Terraform, or of a program that takes its place. */
export interface TerraformRelease {
  /** At least 1.10, such as `1.13.4`. */
  readonly version: string;
  /** Of the archive, in hexadecimal, as the release's SHA256SUMS has it for linux_arm64. */
  readonly sha256: string;
  /**
   * The archive, which holds the program `terraform`.
   * @default - HashiCorp's own, for linux_arm64
   */
  readonly url?: string;
}

/** What a build that runs Terraform is made of. */
export interface TerraformBuildProps {
  /**
   * Is installed where the image has no `terraform`; the checksum decides whether it is what was asked for.
   * @default - the image must have it
   */
  readonly terraform?: TerraformRelease | undefined;
  /** The HTTPS address of a network mirror of providers, ending in `/`. @default - the providers' own registries */
  readonly providerMirror?: string | undefined;
  /** What npm installs where the image has no `ringback`. @default - this version of ringback */
  readonly packageSpec?: string | undefined;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * The buildspec that runs one stored operation and answers it. Whatever it installs lies in the build's own home, so that
 * a build on a developer's machine leaves nothing there.
 *
 * @throws Error for a release or mirror that cannot be one
 */
export function terraformBuildSpec({ terraform, providerMirror, packageSpec }: TerraformBuildProps): BuildSpec {
  return BuildSpec.fromObject({
    version: '0.2',
    phases: {
      install: {
        commands: [
          `command -v ringback || npm install --global ${packageSpec === undefined ? `ringback@${packageVersion()}` : shellText(packageSpec)}`,
          `command -v terraform || { ${install(terraform)}; }`,
          ...mirrorCommands(providerMirror),
        ],
      },
      build: { commands: ['ringback terraform run "$TERRAFORM_OPERATION"'] },
    },
  });
}

function install(release: TerraformRelease | undefined): string {
  if (release === undefined) {
    return 'echo "the image has no terraform: give TerraformEngine builds.buildImage, or builds.terraform" >&2; exit 1';
  }
  const { version, sha256, url } = release;
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+(?:-[\w.]+)?$/.exec(version) ?? [];
  if (major === undefined) throw new Error(`not a version of Terraform: "${version}", such as "1.13.4"`);
  if (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 10)) {
    throw new Error(`Terraform ${version} is too old: the engine needs at least 1.10, whose S3 backend has a lock`);
  }
  if (!SHA256.test(sha256)) throw new Error(`not a SHA-256 checksum of 64 hexadecimal digits: "${sha256}"`);
  const from = url ?? `https://releases.hashicorp.com/terraform/${version}/terraform_${version}_linux_arm64.zip`;
  if (!/^https:\/\/[^'\s]+$/.test(from)) throw new Error(`not the https address of an archive: "${from}"`);
  const archive = '"$HOME/terraform.zip"';
  return [
    `curl --fail --silent --show-error --location --retry 5 --output ${archive} '${from}'`,
    `echo "${sha256}  $HOME/terraform.zip" | sha256sum --check`,
    `unzip -o -q ${archive} terraform -d "$HOME/bin"`,
    'export PATH="$HOME/bin:$PATH"',
  ].join(' && ');
}

/** A range of versions may hold what a shell would take for a redirection. */
function shellText(text: string): string {
  return /^[\w@%+=:,./~^-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function mirrorCommands(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  if (!/^https:\/\/[^'"\s]+\/$/.test(url)) throw new Error(`not the https address of a mirror, ending in "/": ${url}`);
  return [
    `printf '%s' 'provider_installation { network_mirror { url = "${url}" } }' > "$HOME/terraformrc"`,
    'export TF_CLI_CONFIG_FILE="$HOME/terraformrc"',
  ];
}

import { spawnSync } from 'node:child_process';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import { createProduct } from './document-product.ts';
import { expectEqual, expectMatch, expectState, follow, provision } from './provisioning.ts';
import { newToken, serviceCatalogClient } from './service-catalog-client.ts';

const STACK = 'RingbackTerraform';
const SECRET = 'open sesame';
const skipped = 'no terraform of at least 1.10 is on the PATH, and RINGBACK_TERRAFORM names none';

/** A product without a provider to fetch, so that it needs no network. */
const CONFIGURATION = `
variable "title" {
  type        = string
  description = "What stands over the door"
}

variable "shelves" {
  type    = number
  default = 3
}

variable "password" {
  type      = string
  default   = "-"
  sensitive = true
}

resource "terraform_data" "room" {
  input = { title = var.title, shelves = var.shelves, password = var.password }

  lifecycle {
    precondition {
      condition     = var.shelves < 100
      error_message = "a room has no place for \${var.shelves} shelves"
    }
  }
}

output "sign" {
  description = "What the sign says"
  value       = "\${var.title}, \${var.shelves} shelves"
}

output "login" {
  sensitive = true
  value     = terraform_data.room.output.password
}
`;

const source = { type: 'TERRAFORM_CLOUD', file: 'room/main.tf', content: CONFIGURATION } as const;

/** The scenarios of the Terraform engine; each needs the program. */
export const terraformScenarios: readonly Scenario[] = [
  {
    name: 'terraform-product-lifecycle',
    service: 'servicecatalog',
    title: 'Terraform provisions, updates and destroys a product in builds; its variables are the form',
    async run(stage) {
      if (!hasTerraform()) return { skipped };
      const call = serviceCatalogClient(stage);
      const product = await createProduct(stage, call, outputOf(stage, 'LaunchRoleName'), source);
      const { ProvisioningArtifactParameters: form } = await call('DescribeProvisioningParameters', {
        ProductId: product.productId,
        ProvisioningArtifactId: product.artifactId,
      });
      const fields = form as readonly { readonly ParameterKey: string; readonly IsNoEcho: boolean }[];
      const seen = fields.map(({ ParameterKey, IsNoEcho }) => [ParameterKey, IsNoEcho]);
      expectEqual('the form', seen, Object.entries({ title: false, shelves: false, password: true }));
      const made = await provision(stage, call, product, 'terraform-room', { title: '007', password: SECRET });
      expectState(made, 'AVAILABLE');
      expectEqual('the outputs', made.outputs, { sign: '007, 3 shelves', login: '(sensitive value)' });
      const ProvisionedProductName = 'terraform-room';
      const updated = await follow(stage, call, 'UpdateProvisionedProduct', {
        ProvisionedProductName,
        ProvisioningParameters: [{ Key: 'shelves', Value: '5' }],
        UpdateToken: newToken(),
      });
      expectState(updated, 'AVAILABLE');
      expectMatch('the sign after the update', updated.outputs.sign, /^007, 5 shelves$/);
      const TerminateToken = newToken();
      expectState(
        await follow(stage, call, 'TerminateProvisionedProduct', { ProvisionedProductName, TerminateToken }),
        'TERMINATED',
      );
      const told = stage.cloud.codebuild.builds().flatMap(({ log }) => log);
      if (told.some((line) => line.includes(SECRET))) throw new Error('the password stands in the log of a build');
      return { expected: 3 };
    },
  },
  {
    name: 'terraform-product-fails',
    service: 'servicecatalog',
    title: 'what Terraform refuses is answered with resource, file and line; the product is tainted',
    async run(stage) {
      if (!hasTerraform()) return { skipped };
      const call = serviceCatalogClient(stage);
      const product = await createProduct(stage, call, outputOf(stage, 'LaunchRoleName'), source);
      const failed = await provision(stage, call, product, 'terraform-hall', { title: 'Hall', shelves: '900' });
      expectState(failed, 'TAINTED', /terraform_data\.room.*main\.tf/s);
      expectMatch('the reason', failed.reason, /no place for 900 shelves/);
      return { expected: 1 };
    },
  },
];

/** As builds find it: on the PATH. */
function hasTerraform(): boolean {
  const { stdout, status } = spawnSync('terraform', ['version'], { encoding: 'utf8', timeout: 20_000 });
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  return status === 0 && (Number(major) > 1 || Number(minor) >= 10);
}

function outputOf({ deployment }: Stage, name: string): string {
  const value = deployment.stacks.find((stack) => stack.name === STACK)?.outputs[name];
  if (typeof value !== 'string') throw new Error(`${STACK} has no output ${name}`);
  return value;
}

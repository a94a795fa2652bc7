import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import type { ValueStores } from './build-variables.ts';

/** Reads values that builds have by reference, as the project's role would over the wire. */
export function valueStores(
  kernel: Kernel,
  { ssm, secretsmanager }: { readonly ssm: LocalService; readonly secretsmanager: LocalService },
): ValueStores {
  async function ask(service: LocalService, operation: string, input: object, principal: Principal): Promise<unknown> {
    return service.json?.operations[operation]?.(input, {
      requestId: kernel.uuid(),
      principal,
      authorize: (action, resource, context, policies) =>
        kernel.identity.authorize(principal, action, resource, context, policies),
    });
  }
  return {
    async parameter(principal, name) {
      // CodeBuild asks for several at once, and so needs ssm:GetParameters.
      const answer = await ask(ssm, 'GetParameters', { Names: [name], WithDecryption: true }, principal);
      const [parameter] = (answer as { Parameters: readonly { readonly Value: string }[] }).Parameters;
      if (parameter === undefined) throw new Error(`Parameter ${name} does not exist`);
      return parameter.Value;
    },
    async secret(principal, reference) {
      const [, id = '', rest = ''] = /^(arn:(?:[^:]*:){5}[^:]+|[^:]+)(?::(.*))?$/.exec(reference) ?? [];
      const [jsonKey, VersionStage, VersionId] = rest.split(':');
      const wanted = { ...(VersionStage ? { VersionStage } : {}), ...(VersionId ? { VersionId } : {}) };
      const answer = await ask(secretsmanager, 'GetSecretValue', { SecretId: id, ...wanted }, principal);
      const text = (answer as { SecretString?: string }).SecretString ?? '';
      if (!jsonKey) return text;
      const value = (JSON.parse(text) as Readonly<Record<string, unknown>>)[jsonKey];
      if (value === undefined) throw new Error(`secret ${id} has no key ${jsonKey}`);
      return String(value);
    },
  };
}

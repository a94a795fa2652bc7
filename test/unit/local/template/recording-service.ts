import type { LocalService, ResourceDeclaration } from '../../../../lib/local/kernel/service.ts';

/** A service that creates resources of the given types under ARN-like names and keeps what it was given. */
export function recordingService(...types: string[]): LocalService & { readonly created: ResourceDeclaration[] } {
  const created: ResourceDeclaration[] = [];
  const provide = (declaration: ResourceDeclaration) => {
    created.push(declaration);
    const name = `${declaration.stackName}.${declaration.logicalId}`;
    return { ref: name, attributes: { Arn: `arn:test:${name}` } };
  };
  return { name: 'recording', created, resources: Object.fromEntries(types.map((type) => [type, provide])) };
}

import type { ApiModel } from '../../../../lib/local/kernel/service.ts';
import { createShapeChecks } from '../../../../lib/local/wire/shape-check.ts';

/** Fails when an output breaks its shape in the API's model, or has a member that the model does not know. */
export function expectOutput(model: ApiModel, operation: string, output: unknown): void {
  const shape = model.operations[operation]?.output?.shape;
  const problems: string[] = [];
  if (shape === undefined) {
    if (Object.keys(output as object).length > 0) problems.push('the operation has no output');
  } else {
    createShapeChecks(model)(shape)(output, '', false, problems);
    problems.push(...unknownMembers(model, shape, output, operation));
  }
  if (problems.length > 0) throw new Error(`the output of ${operation} breaks the model: ${problems.join('; ')}`);
}

function unknownMembers(model: ApiModel, name: string, value: unknown, path: string): string[] {
  const shape = model.shapes[name];
  if (shape === undefined || value === undefined || value === null) return [];
  if (shape.type === 'list') {
    return (value as unknown[]).flatMap((item, index) =>
      unknownMembers(model, shape.member?.shape ?? '', item, `${path}[${index}]`),
    );
  }
  if (shape.type !== 'structure') return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const member = shape.members?.[key];
    return member === undefined
      ? [`${path}.${key} is unknown`]
      : unknownMembers(model, member.shape, entry, `${path}.${key}`);
  });
}

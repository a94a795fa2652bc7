/** Whether a policy allows something to everybody, without a condition. One that cannot be read counts as public. */
export function isPublicPolicy(policy: unknown): boolean {
  if (policy === undefined || policy === null) return false;
  const { Statement } = objectOf(typeof policy === 'string' ? parse(policy) : policy);
  if (Statement === undefined) return true;
  return [Statement].flat().some((statement) => {
    const { Effect, Principal, Condition } = objectOf(statement);
    return Effect === 'Allow' && Condition === undefined && isEverybody(Principal);
  });
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || [objectOf(principal).AWS].flat().includes('*');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

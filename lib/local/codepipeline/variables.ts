/** Output variables of actions, pipeline variables and the execution's own, by namespace. */
export type VariableNamespaces = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** One `#{namespace.Key}` in a text. */
export interface VariableReference {
  readonly text: string;
  readonly namespace: string;
  readonly key: string;
}

/** The namespace of an execution's own variables, such as `#{codepipeline.PipelineExecutionId}`. */
export const EXECUTION_NAMESPACE = 'codepipeline';

/** The namespace of a V2 pipeline's variables. */
export const PIPELINE_NAMESPACE = 'variables';

const REFERENCE = /#\{([^{}]*)\}/g;

/** Every variable reference of a text, in order; a reference without a period has an empty key. */
export function variableReferences(text: string): readonly VariableReference[] {
  return [...text.matchAll(REFERENCE)].map((match) => {
    const inner = match[1] ?? '';
    const period = inner.indexOf('.');
    return period === -1
      ? { text: inner, namespace: inner, key: '' }
      : { text: inner, namespace: inner.slice(0, period), key: inner.slice(period + 1) };
  });
}

/** What {@link resolveConfiguration} gives: the values, and the references that have none. */
export interface ResolvedConfiguration {
  readonly configuration: Readonly<Record<string, string>>;
  readonly unresolved: readonly VariableReference[];
}

/** Replaces the variable references in an action's configuration; keys are case-sensitive, values are not looked at again. */
export function resolveConfiguration(
  configuration: Readonly<Record<string, string>>,
  namespaces: VariableNamespaces,
): ResolvedConfiguration {
  const unresolved: VariableReference[] = [];
  const resolve = (text: string) =>
    text.replace(REFERENCE, (whole) => {
      const [reference] = variableReferences(whole);
      if (reference === undefined) return whole;
      const values = namespaces.get(reference.namespace);
      const value = values !== undefined && Object.hasOwn(values, reference.key) ? values[reference.key] : undefined;
      if (value !== undefined) return value;
      unresolved.push(reference);
      return whole;
    });
  const entries = Object.entries(configuration).map(([key, value]) => [key, resolve(value)] as const);
  return { configuration: Object.fromEntries(entries), unresolved };
}

/** What an action or a rule fails with whose configuration names variables without a value. */
export function unresolvedMessage(
  kind: 'action' | 'rule',
  name: string,
  unresolved: readonly VariableReference[],
): string {
  const texts = unresolved.map((reference) => `#{${reference.text}}`).join(', ');
  return `${kind === 'action' ? 'An action' : 'A rule'} in this pipeline failed because one or more variables could not be resolved: ${kind === 'action' ? 'Action' : 'Rule'} name=${name}. Not resolved: ${texts}`;
}

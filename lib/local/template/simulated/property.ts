/** What is known of one property of a resource. What is not known is not simulated, and could change the outcome. */
export type PropertyKnowledge = typeof simulated | SimulatedWhen | Harmless | MemberKnowledge;

/** What is known of the members of an object, or of the objects in a list. */
export interface MemberKnowledge {
  readonly [member: string]: PropertyKnowledge;
}

/** A property that has its effect, with all that is in it. */
export const simulated = true;

/** A property that has its effect for some values only. */
export interface SimulatedWhen {
  readonly simulatedWhen: (value: unknown) => boolean;
  /** Which values, for the documents. */
  readonly values: string;
}

/** A property without an effect here that cannot change what comes of a run, and why it cannot. */
export interface Harmless {
  readonly harmless: string;
}

/** A property that has its effect where `accepts` holds for the value, or for each entry of a list. */
export function simulatedWhen(values: string, accepts: (value: unknown) => boolean): SimulatedWhen {
  return { values, simulatedWhen: (value) => (Array.isArray(value) ? value.every(accepts) : accepts(value)) };
}

/** A property that is known to be without an effect on the outcome. */
export function harmless(reason: string): Harmless {
  return { harmless: reason };
}

/** The same knowledge for several properties. */
export function each(names: readonly string[], knowledge: PropertyKnowledge): MemberKnowledge {
  return Object.fromEntries(names.map((name) => [name, knowledge]));
}

/** Whether text is an ARN of one of these services. */
export function arnOf(...services: readonly string[]): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && services.includes(value.split(':')[2] ?? '');
}

/** Whether knowledge is a reason why a property is harmless. */
export function isHarmless(knowledge: PropertyKnowledge): knowledge is Harmless {
  return typeof knowledge === 'object' && 'harmless' in knowledge && typeof knowledge.harmless === 'string';
}

/** Whether knowledge is of some values only. */
export function isSimulatedWhen(knowledge: PropertyKnowledge): knowledge is SimulatedWhen {
  return typeof knowledge === 'object' && 'simulatedWhen' in knowledge && typeof knowledge.simulatedWhen === 'function';
}

/** The paths of the properties that are not simulated and could change the outcome, such as `Stages.Blockers`. */
export function unsimulatedProperties(
  knowledge: MemberKnowledge,
  properties: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set(Object.entries(properties).flatMap(([name, value]) => judge(knowledge[name], value, name)))];
}

function judge(knowledge: PropertyKnowledge | undefined, value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  if (knowledge === undefined) return [path];
  if (knowledge === simulated || isHarmless(knowledge)) return [];
  if (isSimulatedWhen(knowledge)) return knowledge.simulatedWhen(value) ? [] : [path];
  const members: MemberKnowledge = knowledge;
  return [value]
    .flat()
    .flatMap((entry) =>
      typeof entry === 'object' && entry !== null
        ? unsimulatedProperties(members, entry as Readonly<Record<string, unknown>>).map((rest) => `${path}.${rest}`)
        : [path],
    );
}

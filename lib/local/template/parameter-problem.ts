import type { TemplateParameter } from './template.ts';

/**
 * What a parameter's own constraints have against a value, as CloudFormation checks it before anything is made; undefined
 * where nothing. Each entry of a list is held against them.
 *
 * @param entries - the value, or those of a list
 */
export function parameterProblem(parameter: TemplateParameter, entries: readonly string[]): string | undefined {
  for (const entry of entries) {
    const wanted = unmet(parameter, entry);
    if (wanted === undefined) continue;
    const { ConstraintDescription } = parameter;
    const why = ConstraintDescription === undefined ? '' : ` (${ConstraintDescription})`;
    const shown = isSecret(parameter) ? 'its value, which is withheld, is not' : `${JSON.stringify(entry)} is not`;
    return `must ${wanted}${why}; ${shown}`;
  }
  return undefined;
}

/** What the entry would have to do, and does not. */
function unmet(parameter: TemplateParameter, entry: string): string | undefined {
  const { Type, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  if (/^(Number|List<Number>)$/.test(Type) && !isNumber(entry)) return 'be a number';
  if (Array.isArray(AllowedValues) && !AllowedValues.map(String).includes(entry)) {
    return `be one of ${AllowedValues.map((value) => JSON.stringify(String(value))).join(', ')}`;
  }
  if (AllowedPattern !== undefined && matches(AllowedPattern, entry) === false)
    return `match ${AllowedPattern} as a whole`;
  if (MinLength !== undefined && entry.length < Number(MinLength)) return `have at least ${MinLength} characters`;
  if (MaxLength !== undefined && entry.length > Number(MaxLength)) return `have at most ${MaxLength} characters`;
  if (MinValue !== undefined && !(Number(entry) >= Number(MinValue))) return `be at least ${MinValue}`;
  if (MaxValue !== undefined && !(Number(entry) <= Number(MaxValue))) return `be at most ${MaxValue}`;
  return undefined;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** Whether a text matches a pattern from its beginning to its end; undefined for a pattern of Java's that is none here. */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return undefined;
  }
}

function isSecret({ NoEcho }: TemplateParameter): boolean {
  return String(NoEcho) === 'true';
}

/**
 * A test of whether a text matches a model's pattern from its first character to its last.
 *
 * Models are written for Java: most patterns are valid with JavaScript's `u` flag, which the others (an escaped
 * hyphen outside a class, say) refuse; those are compiled without it.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const whole = `^(?:${pattern})$`;
  const expression = build(whole, 'u') ?? build(whole, '');
  return expression === undefined ? () => true : (text) => expression.test(text);
}

function build(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

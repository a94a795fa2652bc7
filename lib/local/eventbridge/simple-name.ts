/** Whether a value is a name as rules, targets and buses have: letters, digits, dots, hyphens and underscores. */
export function isSimpleName(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && /^[.\-_A-Za-z0-9]+$/.test(value);
}

/** How deep values may be nested that the console keeps, shows or takes; what AWS sends is nested less than twenty deep. */
export const MOST_DEPTH = 500;

/** Whether a value is nested deeper than {@link MOST_DEPTH}, where walking it or writing it as JSON may have no end of its stack. */
export function isTooDeep(value: unknown, most = MOST_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((member) => isTooDeep(member, most - 1));
}

/** An event of the cloud without the members that are nested too deep. */
export function withoutTooDeep<Event extends object>(event: Event): Event {
  const deep = Object.entries(event).filter(([, member]) => isTooDeep(member));
  return deep.length === 0 ? event : { ...event, ...Object.fromEntries(deep.map(([name]) => [name, undefined])) };
}

/** One line of a table of the bench's report: a title and cells. */
export function row([title = '', ...cells]: readonly string[]): string {
  return `${title.padEnd(36)}${cells.map((cell) => cell.padStart(10)).join('')}`.trimEnd();
}

/** Milliseconds as a cell; empty where there are none. */
export function ms(value: number | undefined, digits = 0): string {
  return value === undefined ? '' : value.toFixed(digits);
}

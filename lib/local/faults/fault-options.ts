import { FaultSpecError } from './fault-error.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const KNOWN = 'fn=FUNCTION, nth=N, times=N|all, p=CHANCE, for=TIME, delay=TIME';

/** The `name=value` parts of a fault. @throws FaultSpecError */
export function readOptions(spec: string, parts: readonly string[]) {
  const options: {
    functionName?: string;
    nth?: number;
    times?: number;
    probability?: number;
    forMs?: number;
    delayMs?: number;
  } = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = part.slice(0, at);
    const value = part.slice(at + 1);
    if (name === 'fn') options.functionName = value;
    else if (name === 'nth') options.nth = whole(spec, part, value);
    else if (name === 'times') options.times = value === 'all' ? Number.POSITIVE_INFINITY : whole(spec, part, value);
    else if (name === 'p') options.probability = chance(spec, part, value);
    else if (name === 'for') options.forMs = time(spec, part, value);
    else if (name === 'delay') options.delayMs = time(spec, part, value);
    else throw new FaultSpecError(`the fault "${spec}" has an unknown option "${part}"; there are ${KNOWN}`);
  }
  return options;
}

function whole(spec: string, part: string, value: string): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= 1) return number;
  throw new FaultSpecError(`the fault "${spec}": ${part} must be a whole number from 1`);
}

function chance(spec: string, part: string, value: string): number {
  const number = Number(value);
  if (value !== '' && number >= 0 && number <= 1) return number;
  throw new FaultSpecError(`the fault "${spec}": ${part} must be a number from 0 to 1`);
}

function time(spec: string, part: string, value: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? [];
  const factor = UNITS[unit ?? ''];
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw new FaultSpecError(`the fault "${spec}": ${part} must be a time such as 500ms, 90s, 10m or 2h`);
}

import type { ModelShape } from '../kernel/service.ts';
import { compilePattern } from './pattern.ts';
import { isNumberType } from './value-type.ts';

/** A model's shape with the trait that its values must not be repeated. */
export type Shape = ModelShape & { readonly sensitive?: boolean };

/** One condition of a shape, in the services' words. */
export interface Constraint {
  readonly text: string;
  /** Takes the text, the number, or the length of anything else. */
  readonly holds: (value: never) => boolean;
}

/** The constraints of a string, number or blob; none for every other type. */
export function constraintsOf(shape: Shape): readonly Constraint[] {
  if (isNumberType(shape.type)) return bounds(shape, 'value', (value: number) => value);
  if (shape.type === 'blob') return lengths(shape);
  if (shape.type !== 'string') return [];
  const found = [...bounds(shape, 'length', codePoints)];
  const { pattern, enum: values } = shape;
  if (pattern !== undefined) {
    found.push({ text: `Member must satisfy regular expression pattern: ${pattern}`, holds: compilePattern(pattern) });
  }
  if (values !== undefined) {
    const set = new Set(values);
    found.push({
      text: `Member must satisfy enum value set: [${values.join(', ')}]`,
      holds: (text: string) => set.has(text),
    });
  }
  return found;
}

/** The constraints on the length of a list, map or blob. */
export function lengths(shape: Shape): readonly Constraint[] {
  return bounds(shape, 'length', (length: number) => length);
}

function bounds<Value>(shape: Shape, noun: string, measure: (value: Value) => number): readonly Constraint[] {
  const { min, max } = shape;
  const found: Constraint[] = [];
  if (max !== undefined) {
    found.push({
      text: `Member must have ${noun} less than or equal to ${max}`,
      holds: (value: Value) => measure(value) <= max,
    });
  }
  if (min !== undefined) {
    found.push({
      text: `Member must have ${noun} greater than or equal to ${min}`,
      holds: (value: Value) => measure(value) >= min,
    });
  }
  return found;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

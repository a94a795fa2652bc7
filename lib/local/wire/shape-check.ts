import type { ApiModel } from '../kernel/service.ts';
import { type Constraint, constraintsOf, lengths, type Shape } from './constraint.ts';
import { expectList, expectObject, scalarReader } from './value-type.ts';
import { isSecretName, looksLikeSecret } from './withheld.ts';

/** Adds to `violations` what is wrong with a value; `secret` values are not repeated. @throws AwsError on a wrong type. */
export type ShapeCheck = (value: unknown, path: string, secret: boolean, violations: string[]) => void;

const ANY_VALUE: Shape = { type: 'document' };
/** Compiles the shapes of a model, each once and when it is first needed. */
export function createShapeChecks(model: ApiModel): (shapeName: string) => ShapeCheck {
  const compiled = new Map<string, ShapeCheck>();

  function checkOf(name: string): ShapeCheck {
    let check = compiled.get(name);
    if (check === undefined) {
      check = compile(name);
      compiled.set(name, check);
    }
    return check;
  }

  const shapeOf = (name: string): Shape => (Object.hasOwn(model.shapes, name) && model.shapes[name]) || ANY_VALUE;

  function compile(name: string): ShapeCheck {
    const shape = shapeOf(name);
    const secretShape = shape.sensitive === true || isSecretName(name);
    const check = compileType(shape);
    return (value, path, secret, violations) => check(value, path, secret || secretShape, violations);
  }

  function compileType(shape: Shape): ShapeCheck {
    if (shape.type === 'structure') return structure(shape);
    if (shape.type === 'list') return list(shape);
    if (shape.type === 'map') return map(shape);
    return scalar(shape);
  }

  function structure(shape: Shape): ShapeCheck {
    const required = new Set(shape.required);
    const members = Object.entries(shape.members ?? {}).map(([name, member]) => ({
      name,
      // The services write members with a small first letter here, whatever the model's spelling.
      label: name.charAt(0).toLowerCase() + name.slice(1),
      required: required.has(name),
      secret: isSecretName(name),
      shape: member.shape,
    }));
    return (value, path, secret, violations) => {
      const fields = expectObject(value, path);
      for (const member of members) {
        const field = Object.hasOwn(fields, member.name) ? fields[member.name] : undefined;
        const at = path === '' ? member.label : `${path}.${member.label}`;
        if (field !== undefined && field !== null) {
          checkOf(member.shape)(field, at, secret || member.secret, violations);
        } else if (member.required) {
          violations.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
        }
      }
    };
  }

  function list(shape: Shape): ShapeCheck {
    const itemName = shape.member?.shape ?? '';
    const constraints = lengths(shape);
    const simple = isScalar(shapeOf(itemName)) ? constraintsOf(shapeOf(itemName)) : undefined;
    return (value, path, secret, violations) => {
      const items = expectList(value, path);
      report(constraints, items.length, path, violations);
      const inner: string[] = [];
      items.forEach((item, index) => {
        const at = `${path}.${index + 1}.member`;
        if (item === null)
          violations.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
        else checkOf(itemName)(item, at, secret, simple === undefined ? violations : inner);
      });
      if (simple !== undefined && inner.length > 0) violations.push(collective(path, 'Member', simple));
    };
  }

  function map(shape: Shape): ShapeCheck {
    const keyName = shape.key?.shape ?? '';
    const valueName = shape.value?.shape ?? '';
    const constraints = lengths(shape);
    const keyTexts = constraintsOf(shapeOf(keyName));
    const valueTexts = isScalar(shapeOf(valueName)) ? constraintsOf(shapeOf(valueName)) : undefined;
    return (value, path, secret, violations) => {
      const entries = Object.entries(expectObject(value, path));
      report(constraints, entries.length, path, violations);
      const keys: string[] = [];
      const values: string[] = [];
      for (const [key, item] of entries) {
        checkOf(keyName)(key, path, true, keys);
        if (item === null || item === undefined) values.push(key);
        else checkOf(valueName)(item, `${path}.value`, secret, valueTexts === undefined ? violations : values);
      }
      if (keys.length > 0) violations.push(collective(path, 'Map keys', keyTexts));
      if (values.length > 0) violations.push(collective(path, 'Map value', valueTexts ?? ['Member must not be null']));
    };
  }

  return checkOf;
}

function isScalar(shape: Shape): boolean {
  return shape.type !== 'structure' && shape.type !== 'list' && shape.type !== 'map';
}

function scalar(shape: Shape): ShapeCheck {
  const constraints = constraintsOf(shape);
  const read = scalarReader(shape.type);
  return (value, path, secret, violations) => {
    const measured = read(value, path);
    for (const constraint of constraints) {
      if (constraint.holds(measured as never)) continue;
      const text = typeof value === 'string' ? value : String(value);
      const shown = secret || shape.type === 'blob' || looksLikeSecret(text) ? 'Value' : `Value '${text}'`;
      violations.push(`${shown} at '${path}' failed to satisfy constraint: ${constraint.text}`);
    }
  };
}

function report(constraints: readonly Constraint[], length: number, path: string, violations: string[]): void {
  for (const { holds, text } of constraints) {
    if (!holds(length as never)) violations.push(`Value at '${path}' failed to satisfy constraint: ${text}`);
  }
}

/** For members of lists and maps the services name all constraints of the member, and not the value. */
function collective(path: string, subject: string, constraints: readonly (Constraint | string)[]): string {
  const texts = constraints.map((constraint) => (typeof constraint === 'string' ? constraint : constraint.text));
  return `Value at '${path}' failed to satisfy constraint: ${subject} must satisfy constraint: [${texts.join(', ')}]`;
}

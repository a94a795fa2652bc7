import { isRecord } from '../is-record.ts';
import { dangling, type Intrinsic, listOf, malformed, type ResolveContext, textOf } from './intrinsic.ts';

/** The functions that refer to something else. */
export const lookupIntrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref(name, context) {
    if (typeof name !== 'string') return malformed(context, 'must be a name', name);
    const value = context.scope.ref(name);
    return value === undefined ? dangling(context, `there is no resource and no parameter "${name}"`) : value;
  },
  'Fn::GetAtt'(argument, context) {
    const [logicalId, attribute] = attributeOf(argument, context);
    const value = context.scope.attribute(logicalId, attribute);
    return value === undefined ? dangling(context, `there is no resource "${logicalId}"`) : value;
  },
  'Fn::FindInMap'(argument, context) {
    const [name, ...keys] = listOf(argument, context, 3, 4);
    const options = keys.pop();
    const hasDefault = keys.length === 2;
    if (!hasDefault) keys.push(options);
    const [map, top, second] = [name, ...keys].map((key, index) =>
      textOf(context.resolve(key, `${context.at}[${index}]`), context, 'each key'),
    ) as [string, string, string];
    const found = own(own(context.scope.mapping(map), top), second);
    if (found !== undefined) return found;
    if (hasDefault && isRecord(options) && 'DefaultValue' in options) {
      return context.resolve(options.DefaultValue, `${context.at}[3].DefaultValue`);
    }
    return dangling(context, `mapping "${map}" has no value for "${top}" and "${second}"`);
  },
  'Fn::ImportValue'(argument, context) {
    const name = textOf(context.resolve(argument), context, 'the name of the export');
    const value = context.scope.exported(name);
    return value === undefined ? dangling(context, `no stack deployed so far exports "${name}"`) : value;
  },
  'Fn::GetStackOutput'(argument, context) {
    if (!isRecord(argument)) return malformed(context, 'must be an object', argument);
    const [stackName, outputName] = ['StackName', 'OutputName'].map((key) =>
      textOf(context.resolve(argument[key], `${context.at}.${key}`), context, key),
    ) as [string, string];
    const value = context.scope.stackOutput(stackName, outputName);
    return value === undefined
      ? dangling(context, `no stack "${stackName}" deployed so far has an output "${outputName}"`)
      : value;
  },
};

function attributeOf(argument: unknown, context: ResolveContext): [string, string] {
  const parts = typeof argument === 'string' ? splitOnce(argument) : argument;
  const [logicalId, attribute] = listOf(parts, context, 2);
  if (typeof logicalId !== 'string') return malformed(context, 'the first entry must be a logical id', logicalId);
  return [logicalId, textOf(context.resolve(attribute, `${context.at}[1]`), context, 'the attribute')];
}

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

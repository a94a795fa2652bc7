import { isRecord } from '../is-record.ts';
import { substitutions } from '../substitutions.ts';
import { type Intrinsic, listOf, malformed, textOf } from './intrinsic.ts';

/** The functions that make text, or take it apart. */
export const textIntrinsics: Readonly<Record<string, Intrinsic>> = {
  'Fn::Join'(argument, context) {
    const [delimiter, list] = listOf(argument, context, 2);
    if (typeof delimiter !== 'string') return malformed(context, 'the delimiter must be a string', delimiter);
    const values = context.resolve(list, `${context.at}[1]`);
    if (!Array.isArray(values)) return malformed(context, 'what is joined must be a list', values);
    return values.map((value) => textOf(value, context, 'each joined value')).join(delimiter);
  },
  'Fn::Split'(argument, context) {
    const [delimiter, source] = listOf(argument, context, 2);
    if (typeof delimiter !== 'string' || delimiter === '') {
      return malformed(context, 'the delimiter must be a string that is not empty', delimiter);
    }
    return textOf(context.resolve(source, `${context.at}[1]`), context, 'what is split').split(delimiter);
  },
  'Fn::Sub'(argument, context) {
    const [text, given] = typeof argument === 'string' ? [argument, {}] : listOf(argument, context, 2);
    if (typeof text !== 'string') return malformed(context, 'the text must be a string', text);
    if (!isRecord(given)) return malformed(context, 'the variables must be an object', given);
    const parts = substitutions(text).map((part) => {
      if (part.kind === 'text') return part.text;
      if (Object.hasOwn(given, part.name)) {
        return textOf(
          context.resolve(given[part.name], `${context.at}[1].${part.name}`),
          context,
          `variable ${part.name}`,
        );
      }
      const expression =
        part.attribute === undefined ? { Ref: part.name } : { 'Fn::GetAtt': [part.logicalId, part.attribute] };
      return textOf(context.resolve(expression), context, `\${${part.name}}`);
    });
    return parts.join('');
  },
  'Fn::Base64'(argument, context) {
    return Buffer.from(textOf(context.resolve(argument), context, 'what is encoded')).toString('base64');
  },
  'Fn::ToJsonString'(argument, context) {
    const value = context.resolve(argument);
    if (typeof value !== 'object' || value === null) return malformed(context, 'must be an object or a list', value);
    return JSON.stringify(value);
  },
};

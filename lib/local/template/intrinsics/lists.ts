import { subnetsOf } from '../cidr.ts';
import { type Intrinsic, listOf, malformed, textOf } from './intrinsic.ts';

/** The functions that make lists or take from them. */
export const listIntrinsics: Readonly<Record<string, Intrinsic>> = {
  'Fn::Select'(argument, context) {
    const [indexExpression, listExpression] = listOf(argument, context, 2);
    const index = context.resolve(indexExpression, `${context.at}[0]`);
    const list = context.resolve(listExpression, `${context.at}[1]`);
    if (!Array.isArray(list)) return malformed(context, 'what is selected from must be a list', list);
    const position = /^\d+$/.test(String(index)) ? Number(index) : -1;
    if (position < 0 || position >= list.length) {
      return malformed(context, `the index must be a number from 0 to ${list.length - 1}`, index);
    }
    return list[position];
  },
  'Fn::Length'(argument, context) {
    const list = context.resolve(argument);
    return Array.isArray(list) ? list.length : malformed(context, 'must be a list', list);
  },
  'Fn::GetAZs'(argument, context) {
    const region = textOf(context.resolve(argument), context, 'the Region') || context.scope.region;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::Cidr'(argument, context) {
    const [block, count, bits] = listOf(argument, context, 2, 3).map((entry, index) =>
      textOf(context.resolve(entry, `${context.at}[${index}]`), context, 'each entry'),
    );
    const subnets = subnetsOf(block ?? '', Number(count), bits === undefined ? undefined : Number(bits));
    if (typeof subnets === 'string') return malformed(context, subnets, argument);
    return subnets;
  },
};

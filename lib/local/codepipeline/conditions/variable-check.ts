import { AwsError } from '../../kernel/aws-error.ts';
import type { ActionProvider } from '../action-provider.ts';

/** The comparisons of a VariableCheck rule (user guide, rule reference). */
const OPERATORS: Readonly<Record<string, (variable: string, value: string) => boolean>> = {
  EQ: (variable, value) => variable === value,
  NE: (variable, value) => variable !== value,
  CONTAINS: (variable, value) => variable.includes(value),
  MATCHES: (variable, value) => regularExpression(value).test(variable),
};

/** The rule `AWS/Rule/VariableCheck`: holds when a variable compares to a value as the rule says. */
export const variableCheck: ActionProvider = async ({ configuration }) => {
  const { Variable, Operator, Value } = configuration;
  for (const [name, given] of Object.entries({ Variable, Operator, Value })) {
    if (given === undefined) throw invalid(`the configuration has no ${name}: it is required`);
  }
  const compare = Object.hasOwn(OPERATORS, Operator ?? '') ? OPERATORS[Operator ?? ''] : undefined;
  if (compare === undefined) {
    throw invalid(`Operator must be one of ${Object.keys(OPERATORS).join(', ')}, but is ${Operator}`);
  }
  if (compare(Variable ?? '', Value ?? '')) return { status: 'Succeeded' };
  return { status: 'Failed', code: 'JobFailed', message: `"${Variable}" is not ${Operator} "${Value}"` };
};

/** Java's `matches` takes the whole text. Its syntax is JavaScript's but for rare constructs, which are refused here. */
function regularExpression(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 'su');
  } catch {
    throw invalid(`Value "${source}" is not a regular expression that the local cloud can read`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ConfigurationError', message);
}

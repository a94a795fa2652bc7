import { Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/** That one stack is deployed after another, and why. */
interface Need {
  readonly from: Stack;
  readonly to: Stack;
  /** "One/Gate has the Ringback Two/Ringback" */
  readonly what: string;
  /** What else could be done, for the message. */
  readonly instead?: string | undefined;
}

const needs = new WeakMap<IConstruct, Need[]>();

/**
 * Notes what a construct names of another stack, which is then deployed first. What is allowed one by one may be a circle
 * together; the CDK finds it at the end, and shows attributes of resources that nobody has written.
 *
 * @param value - the ARN or name; what is written out needs nobody
 * @param what - whose and why, as a whole sentence
 * @param instead - what goes where, in a circle
 * @throws Error that says which two stacks would each be deployed after the other, and what to do
 */
export function noteNeed(construct: Construct, value: string, what: string, instead?: string): void {
  const from = outermost(Stack.of(construct));
  for (const token of Tokenization.reverseString(value).tokens) {
    if (!Reference.isReference(token)) continue;
    const to = outermost(Stack.of(token.target));
    // Across accounts and Regions names go from stack to stack, and no exports.
    if (to === from || to.environment !== from.environment) continue;
    const all = needs.get(from.node.root) ?? [];
    needs.set(from.node.root, all);
    const need = { from, to, what, instead };
    const back = path(all, to, from);
    if (back !== undefined) throw new Error(circle([need, ...back]));
    all.push(need);
  }
}

/** Nested stacks are deployed by the one around them. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

/** Why one stack is deployed after another, step by step; undefined where it is not. */
function path(all: readonly Need[], from: Stack, to: Stack, seen = new Set([from])): readonly Need[] | undefined {
  const declared = from.dependencies.map((other): Need => {
    return { from, to: other, what: `${from.node.path} depends on ${other.node.path}` };
  });
  for (const need of [...all.filter((one) => one.from === from), ...declared]) {
    if (need.to === to) return [need];
    if (seen.has(need.to)) continue;
    const rest = path(all, need.to, to, seen.add(need.to));
    if (rest !== undefined) return [need, ...rest];
  }
  return undefined;
}

function circle(steps: readonly Need[]): string {
  const stacks = steps.map(({ from }) => from.node.path).join(' and ');
  const instead = new Set(steps.map((step) => step.instead).filter((one) => one !== undefined));
  return `${stacks} would each be deployed after the other: ${steps.map(({ what }) => what).join(', and ')}; ${[...instead].join(', or ') || 'put them into one stack'}`;
}

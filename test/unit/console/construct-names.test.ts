import { expect, it } from 'vitest';
import { constructNames } from '../../../lib/console/construct-names.ts';
import type { DeployedResource } from '../../../lib/local/template/deployment.ts';

/** A deployment of one stack with these resources. */
function names(...given: readonly (readonly [physicalId: string, path: string | undefined])[]) {
  const resources = new Map(
    given.map(([physicalId, path], index): [string, DeployedResource] => {
      const made = {
        stackName: 'Stack',
        logicalId: `Logical${index}`,
        type: 'AWS::X::Y',
        attributes: {},
        simulated: true,
      };
      return [String(index), { ...made, physicalId, ...(path === undefined ? {} : { path }) }];
    }),
  );
  return constructNames({ stacks: [{ name: 'Stack', stackId: 'id', outputs: {}, resources }] });
}

it('calls resources by their constructs, wherever a text names them', () => {
  const rename = names(['Stack-Gate1-ABC', 'Stack/Gate/Resource'], ['Stack-Gate1-ABCDEF', 'Stack/Gate/Alias/Resource']);
  expect(rename('Stack-Gate1-ABC failed; arn:x:Stack-Gate1-ABCDEF:1')).toBe(
    'Stack/Gate failed; arn:x:Stack/Gate/Alias:1',
  );
  expect(rename('Stack-Gate1-ABC2 is another')).toBe('Stack-Gate1-ABC2 is another');
});

it('calls a queue by the end of its URL, and what has no path by its logical id', () => {
  const rename = names(
    ['http://127.0.0.1:1/123/Stack-Queue-XYZ', 'Stack/Queue/Resource'],
    ['Stack-Other-1', undefined],
  );
  expect(rename('to Stack-Queue-XYZ, then Stack-Other-1')).toBe('to Stack/Queue, then Logical1');
});

it('leaves words alone that are short, or no ids', () => {
  const rename = names(['alias', 'Stack/A'], ['released', 'Stack/B']);
  expect(rename('the alias is released')).toBe('the alias is released');
});

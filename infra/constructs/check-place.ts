import { Construct } from 'constructs';
import { describe } from './check-properties.ts';

/** Checks where a construct is to be made. @throws Error for what is no construct, and an id that is no text */
export function checkPlace(scope: Construct, id: string): void {
  if (!Construct.isConstruct(scope)) {
    throw new Error(
      `a construct is made within another, such as new …(this, 'Gate', { … }), but got ${describe(scope)}`,
    );
  }
  if (typeof id === 'string' && id !== '') return;
  throw new Error(
    `what is made within ${scope.node.path || 'the app'} has an id, such as 'Gate', but got ${describe(id)}`,
  );
}

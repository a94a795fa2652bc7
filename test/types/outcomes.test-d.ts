import {
  type Callback,
  type Completion,
  complete,
  continueAfter,
  type Duration,
  defer,
  type Failed,
  fail,
  type Json,
  type Outcome,
  type Succeeded,
  succeed,
} from 'ringback';
import { expectTypeOf } from 'vitest';

/* Compiled, never run: `npm run check` is the test. */

// The four outcomes are the members of one union.
expectTypeOf(succeed()).toExtend<Outcome>();
expectTypeOf(fail('reason')).toExtend<Outcome>();
expectTypeOf(fail(new Error('reason'))).toExtend<Outcome>();
expectTypeOf(continueAfter({ seconds: 1 })).toExtend<Outcome>();
expectTypeOf(defer({ within: { hours: 1 } })).toExtend<Outcome>();
expectTypeOf<Outcome['kind']>().toEqualTypeOf<'succeeded' | 'failed' | 'continued' | 'deferred'>();

// Details keep their type.
expectTypeOf(succeed({ rows: 3 })).toEqualTypeOf<Succeeded<{ rows: number }>>();
expectTypeOf(fail('reason', { attempt: 1 })).toEqualTypeOf<Failed<{ attempt: number }>>();

// @ts-expect-error: a failure has a reason
fail();
// @ts-expect-error: a reason is text or an error
fail(404);
// @ts-expect-error: a delay is a duration and no bare number
continueAfter(30);
// @ts-expect-error: a duration has seconds, minutes and hours
continueAfter({ days: 1 });
// @ts-expect-error: a deferral says for how long
defer({});
// @ts-expect-error: a state is JSON
continueAfter({ seconds: 1 }, { at: new Date() });
// @ts-expect-error: a state is JSON
continueAfter({ seconds: 1 }, () => 1);
expectTypeOf<{ a: [1, 'b', null, { c?: true }] }>().toExtend<Json>();
expectTypeOf<{ hours: number; seconds: number }>().toExtend<Duration>();

// Others complete a callback with success or failure, by the callback or its encoded form.
declare const callback: Callback;
expectTypeOf(complete).returns.resolves.toEqualTypeOf<Completion>();
expectTypeOf(complete(callback, succeed())).toEqualTypeOf<Promise<Completion>>();
expectTypeOf(complete('rb1.text', fail('reason'))).toEqualTypeOf<Promise<Completion>>();
// @ts-expect-error: what is completed is over
complete(callback, continueAfter({ seconds: 1 }));
// @ts-expect-error: what is completed is not left to somebody else again
complete(callback, defer({ within: { hours: 1 } }));

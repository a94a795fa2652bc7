import type { Callback } from '../../lib/core/callback.ts';
import type { ResultApi } from '../../lib/core/service.ts';
import type { Delivery } from './crash-case.ts';
import type { StageFunction } from './crash-stack.ts';
import type { CrashStage } from './crash-stage.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';

/** One kind of logic of a story. */
export interface LogicKind {
  readonly name: string;
  /** The functions that it is played in; the first is the one that most cases use. */
  readonly functions: readonly StageFunction[];
  /** How deliveries repeat: every way, or one by one and twice at once. */
  readonly deliveries: readonly Delivery[];
  /** How many lives of the last resort are walked through: behind every point, or behind two. */
  readonly lastResort: 'every-point' | 'two-points' | 'none';
  /** Cases in which its processes stay alive but the calls go wrong. */
  readonly callFaults: boolean;
  /** What is struck: all calls, or none because the logic ends its process by itself. */
  readonly points: 'all' | 'none';
}

/** One service as the crash matrix knows it: how it delivers, what it saw, and what an answer should have been. */
export interface Story {
  readonly name: string;
  readonly api: ResultApi;
  readonly kinds: readonly LogicKind[];
  /** Operations that carry an answer, such as `codepipeline:PutJobSuccessResult`. */
  readonly answerActions: readonly string[];
  /** Makes the service deliver; resolves when the service waits no more. */
  deliver(stage: CrashStage, play: string, kind: string, fn: StageFunction): Promise<void>;
  /** Which play a delivered event belongs to, and which callback. */
  read(
    event: unknown,
  ): { readonly play: string; readonly callbackId: string; readonly secrets: readonly string[] } | undefined;
  /** The callback that a call of the service's own API is about. */
  callbackIdOf(input: unknown): string | undefined;
  callback(callbackId: string): Callback;
  /** Whether a callback runs the logic at all, or only asks whether somebody has completed it. */
  runsLogic(kind: string, ordinal: number): boolean;
  /** What an answer should be where nothing goes wrong; `ordinal` counts the callbacks of a play from 1. */
  isNominal(kind: string, ordinal: number, answer: RecordedCall, record: PlayRecord): boolean;
}

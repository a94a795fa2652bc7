import type { CallableService, Recognised } from '../../lib/core/service.ts';
import type { CrashCase, Delivery } from './crash-case.ts';
import type { Declare, StageFunction } from './crash-stack.ts';
import type { CrashStage } from './crash-stage.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { SeenRequest } from './seen-request.ts';
import type { Found } from './violation.ts';

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
  /** After how many calls of an attempt a delivery is the function's own to answer. @default 1: when its entry stands */
  readonly ownAfter?: number;
}

/** One delivery as its event tells of it. */
export interface ReadDelivery {
  readonly play: string;
  readonly recognised: Recognised;
  readonly secrets: readonly string[];
  /** Whether it tells how that ended which the work was left to. @default false */
  readonly isEnd?: boolean;
}

/** One service as the crash matrix knows it: how it delivers, what it saw, and what an answer should have been. */
export interface Story {
  readonly name: string;
  readonly service: CallableService;
  readonly kinds: readonly LogicKind[];
  /**
   * Plays one case of each function at a time, and counts what that function does for no callback to it: it polls. The
   * outputs of the stack name the functions, such as `PlainFunctionName`.
   *
   * @default false
   */
  readonly alone?: boolean;
  /** How many plays are under way together, where it does not wait for a free environment. @default 80 */
  readonly together?: number;
  /** Whether the service hands over by a queue, which hands out again itself. @default false */
  readonly isQueued?: boolean;
  /** Whether what the function returns is the answer: nobody is reported to, and there is no ledger. @default false */
  readonly answersItself?: boolean;
  /** The operation that acknowledges a job which others may answer, too. @default none: each is owed at once */
  readonly acknowledgeAction?: string;
  /** Operations that carry an answer, such as `codepipeline:PutJobSuccessResult`. */
  readonly answerActions: readonly string[];
  /** Adds what the story needs to its stack. */
  readonly declare: Declare;
  /** Makes a cloud ready for the stack; what it returns are parameters of it. @default nothing */
  connect?(cloud: CrashStage['cloud']): Readonly<Record<string, string>>;
  /** The details with which somebody else completes a deferred callback. */
  readonly completion: object;
  /** Makes a deployed stage ready; what it returns is added to the outputs. */
  prepare(stage: Pick<CrashStage, 'cloud' | 'client' | 'outputs'>): Promise<Readonly<Record<string, string>>>;
  /** Makes the service deliver; resolves when the service waits no more. */
  deliver(stage: CrashStage, play: string, kind: string, fn: StageFunction, delivery?: Delivery): Promise<void>;
  /** Which play an event, as the service sent it, belongs to, and which callback. */
  read(event: unknown): ReadDelivery | undefined;
  /** The callback that a call of the service's own API is about. */
  callbackIdOf(input: unknown): string | undefined;
  /** Whether an answer only says that the service is to come again. */
  isPutOff(answer: RecordedCall): boolean;
  /** Looks what a play has asked Cloud Control for, when it is over. @default nothing is looked for */
  seeRequests?(stage: CrashStage, play: string): Promise<readonly SeenRequest[]>;
  /** The callbacks for which builds of a play worked, once for each build. @default nothing is looked for */
  seeBuilds?(stage: CrashStage, play: string): readonly string[];
  /** What else a play of the story must keep. @default nothing */
  judge?(crashCase: CrashCase, record: PlayRecord, found: Found): void;
  /**
   * Whether the logic runs at all, or is only asked whether somebody has completed it. `ordinal` counts the callbacks
   * of a play, or the runs of a callback where the service hands nothing back itself.
   */
  runsLogic(kind: string, ordinal: number): boolean;
  /** What an answer should be where nothing goes wrong; `ordinal` counts the callbacks of a play from 1. */
  isNominal(kind: string, ordinal: number, answer: RecordedCall, record: PlayRecord): boolean;
}

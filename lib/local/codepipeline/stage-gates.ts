import type { PipelineExecution } from './execution.ts';
import type { PipelineDeclaration } from './pipeline.ts';

/** The inbound transition of a stage as GetPipelineState shows it. */
export interface TransitionState {
  readonly enabled: boolean;
  readonly lastChangedBy?: string;
  readonly lastChangedAt?: number;
  readonly disabledReason?: string;
}

/** Lets executions into the stages of one pipeline: one at a time, newest first in mode SUPERSEDED. */
export interface StageGates {
  /**
   * Resolves with true when the execution holds the stage, with false when it never will because it was superseded
   * or stopped.
   */
  enter(stage: string, execution: PipelineExecution): Promise<boolean>;
  /** Gives the stage to whoever waits. */
  leave(stage: string, execution: PipelineExecution): void;
  /** Takes an execution out of every line that it stands in. @returns whether it stood in one */
  withdraw(execution: PipelineExecution): boolean;
  waiting(stage: string): readonly PipelineExecution[];
  /** The execution that runs the stage now. */
  holder(stage: string): PipelineExecution | undefined;
  /** The execution that came into the stage last. */
  latest(stage: string): PipelineExecution | undefined;
  transition(stage: string): TransitionState;
  /** The pipeline has changed: those who stand at its stages stay there. */
  follow(pipeline: PipelineDeclaration): void;
  /** Opens or closes the way into a stage. */
  setTransition(stage: string, state: TransitionState): void;
}

interface Waiter {
  readonly execution: PipelineExecution;
  readonly answer: (entered: boolean) => void;
}

interface Gate {
  holder?: PipelineExecution | undefined;
  latest?: PipelineExecution;
  transition: TransitionState;
  readonly line: Waiter[];
}

/** Creates the gates of a pipeline; `onSuperseded` is told of each waiting execution that a newer one has overtaken. */
export function createStageGates(
  initial: PipelineDeclaration,
  onSuperseded: (execution: PipelineExecution, by: PipelineExecution) => void,
): StageGates {
  const gates = new Map<string, Gate>();
  let pipeline = initial;

  /** The gate of a stage; an execution that began before an update may still come to one that is gone. */
  function gate(stage: string): Gate {
    const found = gates.get(stage) ?? { transition: { enabled: true }, line: [] };
    gates.set(stage, found);
    return found;
  }

  function advance(at: Gate): void {
    while (at.transition.enabled && at.line.length > 0) {
      if (pipeline.executionMode !== 'PARALLEL' && at.holder !== undefined) return;
      const next = at.line.shift();
      if (next === undefined) return;
      at.holder = next.execution;
      at.latest = next.execution;
      next.answer(true);
    }
  }

  return {
    follow(changed) {
      pipeline = changed;
    },
    enter(stage, execution) {
      const at = gate(stage);
      return new Promise((answer) => {
        if (pipeline.executionMode === 'SUPERSEDED') {
          const overtaken = at.line.filter((waiter) => waiter.execution.order < execution.order);
          for (const older of overtaken) {
            at.line.splice(at.line.indexOf(older), 1);
            onSuperseded(older.execution, execution);
            older.answer(false);
          }
        }
        at.line.push({ execution, answer });
        advance(at);
      });
    },
    leave(stage, execution) {
      const at = gate(stage);
      if (at.holder === execution) at.holder = undefined;
      advance(at);
    },
    withdraw(execution) {
      let stood = false;
      for (const at of gates.values()) {
        const index = at.line.findIndex((waiter) => waiter.execution === execution);
        if (index === -1) continue;
        at.line.splice(index, 1)[0]?.answer(false);
        stood = true;
      }
      return stood;
    },
    waiting: (stage) => gate(stage).line.map((waiter) => waiter.execution),
    holder: (stage) => gate(stage).holder,
    latest: (stage) => gate(stage).latest,
    transition: (stage) => gate(stage).transition,
    setTransition(stage, state) {
      const at = gate(stage);
      at.transition = state;
      advance(at);
    },
  };
}

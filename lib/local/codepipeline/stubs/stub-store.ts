import { AwsError } from '../../kernel/aws-error.ts';
import type { EventStream } from '../../kernel/events.ts';
import type { ActionProvider } from '../action-provider.ts';
import type { PipelineExecution } from '../execution.ts';
import type { VariableReference } from '../variables.ts';
import { checkStub } from './check-stub.ts';
import { parseStub } from './parse-stub.ts';
import { describeOutcome, type Stub, type StubTarget } from './stub.ts';

/** The stubs of one local cloud. Where several fit an action, the one that was added last stands for it. */
export interface StubStore {
  /** Adds a stub; call the result to take it back. @throws StubSpecError */
  add(stub: Stub | string): () => void;
  /** Whether a stub stands for an action or a rule. */
  covers(target: StubTarget): boolean;
  /** What runs in place of an action or a rule. */
  providerFor(target: StubTarget): ActionProvider | undefined;
  /** Refuses what is neither simulated nor stubbed, and says what to type. @throws AwsError ConfigurationError */
  missing(target: StubTarget, kind: 'action' | 'rule'): never;
  /** How to give variables that a stubbed action lacks; empty where none of them is such an action's. */
  adviseOn(execution: PipelineExecution, unresolved: readonly VariableReference[]): string;
  /** The selectors of stubs that fit none of these. */
  unmatched(targets: readonly StubTarget[]): readonly string[];
}

/** Creates the store; `runnerOf` makes what runs in an action's place. */
export function createStubStore(events: EventStream, runnerOf: (stub: Stub) => ActionProvider): StubStore {
  const stubs: Stub[] = [];
  const find = (target: StubTarget) => stubs.findLast((stub) => fits(stub.action, target));

  return {
    add(given) {
      const stub = typeof given === 'string' ? parseStub(given) : checkStub(given);
      stubs.push(stub);
      return () => {
        const index = stubs.indexOf(stub);
        if (index !== -1) stubs.splice(index, 1);
      };
    },
    covers: (target) => find(target) !== undefined,
    providerFor(target) {
      const stub = find(target);
      if (stub === undefined) return undefined;
      return (run) => {
        const outcome = describeOutcome(stub);
        events.emit('stub', { ...target, outcome });
        run.update({ summary: `stub: ${outcome}` });
        return runnerOf(stub)(run);
      };
    },
    missing(target, kind) {
      const { pipeline, stage, action, type } = target;
      events.emit('unsimulated', { kind, name: type, where: `${pipeline}/${stage}/${action}` });
      throw new AwsError(
        'ConfigurationError',
        `the local cloud does not simulate ${type}: say what becomes of ${kind} ${action} with --stub '${stage}/${action}=succeed', in a program with stubs: ['${stage}/${action}=succeed']; also =folder:DIR, =fail:REASON and =run:COMMAND`,
      );
    },
    adviseOn({ pipeline }, unresolved) {
      for (const { namespace, key } of unresolved) {
        for (const stage of pipeline.stages) {
          const action = stage.actions.find((entry) => entry.namespace === namespace);
          if (action === undefined) continue;
          const { owner, category, provider } = action.actionTypeId;
          const type = `${owner}/${category}/${provider}`;
          if (find({ pipeline: pipeline.name, stage: stage.name, action: action.name, type }) === undefined) continue;
          return `. Its stub gives it: --stub '${stage.name}/${action.name}=succeed:${key}=VALUE'`;
        }
      }
      return '';
    },
    unmatched: (targets) =>
      stubs.filter(({ action }) => !targets.some((target) => fits(action, target))).map(({ action }) => action),
  };
}

/** A selector is the end of an action's path, or of its type; categories and owners are written in either order. */
function fits(selector: string, { pipeline, stage, action, type }: StubTarget): boolean {
  const segments = selector.split('/').map(patternOf);
  const [owner = '', category = '', provider = ''] = type.split('/');
  const readings = [
    [pipeline, stage, action],
    [owner, category, provider],
    [category, owner, provider],
  ];
  return readings.some((reading) => {
    const end = reading.slice(-segments.length);
    return segments.every((pattern, index) => pattern.test(end[index] ?? ''));
  });
}

function patternOf(segment: string): RegExp {
  const text = segment.split('*').map((part) => part.replaceAll('.', String.raw`\.`));
  return new RegExp(`^${text.join('.*')}$`, 's');
}

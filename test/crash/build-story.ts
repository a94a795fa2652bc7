import { isDeepStrictEqual } from 'node:util';
import { decodeCallback } from 'ringback';
import { codeBuildRunner } from '../../lib/codebuild/codebuild-runner.ts';
import { declareBuilds } from './build-stack.ts';
import { brief, whole } from './logic-kinds.ts';
import { runPipeline } from './pipeline-executions.ts';
import { pipelineStory } from './pipeline-story.ts';
import { repeatMessage } from './repeat-message.ts';
import type { LogicKind, Story } from './story.ts';

/** What the build of each kind comes to: the variables of the action, or why it fails. */
const expectations: Readonly<Record<string, Readonly<Record<string, string>> | RegExp>> = {
  builds: { Answer: '42' },
  'builds-before-it-defers': { Answer: '42' },
  'build-fails': /failed in BUILD: COMMAND_EXECUTION_ERROR: .*exit 3.*exit status 3/,
};

const kinds: readonly LogicKind[] = [
  { name: 'builds', ...whole },
  { name: 'builds-before-it-defers', ...brief, functions: ['Plain', 'Again'] },
  { name: 'build-fails', ...brief },
];

/** The crash matrix of a runner: jobs of pipelines whose work is a build, which answers by its end. */
export const buildStory: Story = {
  ...pipelineStory,
  name: 'builds',
  kinds,
  // Each is a process of its own, and while one works, time passes at its real rate.
  together: 20,
  declare: declareBuilds,
  async deliver(stage, play, kind, fn, delivery = 'alone') {
    // What comes to the last resort by its queue is the end of the build.
    repeatMessage(stage, play, delivery);
    await runPipeline(stage, fn, { play, kind });
  },
  read(event) {
    const job = pipelineStory.read(event);
    if (job !== undefined) return job;
    const callback = codeBuildRunner.recogniseEnd(event)?.callback;
    const play = /"name":"PLAY","value":"([^"]+)"/.exec(JSON.stringify(event))?.[1];
    if (callback === undefined || play === undefined) return undefined;
    const { id, region } = decodeCallback(callback);
    return { play, recognised: { id, ticket: { region, data: { jobId: id } } }, secrets: [], isEnd: true };
  },
  seeBuilds: ({ cloud }, play) =>
    cloud.codebuild
      .builds()
      .flatMap(({ log }) => log.map((line) => /^works for (\S+): (\S+)$/.exec(line) ?? []))
      .flatMap(([, its, callback = '']) => (its === play ? decodeCallback(callback).id : [])),
  judge(_crashCase, { builds }, found) {
    for (const id of new Set(builds)) {
      const count = builds.filter((other) => other === id).length;
      if (count > 1) found('work once', `${count} builds were started for ${id}`);
    }
  },
  runsLogic: (_kind, ordinal) => ordinal === 1,
  isNominal(kind, _ordinal, { action, input }) {
    const expected = expectations[kind];
    if (action === 'codepipeline:PutJobFailureResult') {
      return expected instanceof RegExp && expected.test(input.failureDetails?.message ?? '');
    }
    return input.continuationToken !== undefined || isDeepStrictEqual(input.outputVariables, expected);
  },
};

/** How long after a build was asked for all that wait begin, in simulated milliseconds: after the first retry of a function. */
const QUEUE_MS = 100_000;

/** The same where builds wait for a machine: whoever comes again finds the build that an earlier attempt has asked for. */
export const queuedBuildStory: Story = {
  ...buildStory,
  name: 'builds-queued',
  kinds: [{ name: 'builds', ...brief, functions: ['Again', 'Plain'], deliveries: ['alone'] }],
  connect({ clock, codebuild, events }) {
    const waiting = 1_000;
    const letIn = () => {
      codebuild.limitBuilds({ running: waiting, waiting });
      codebuild.limitBuilds({ running: 0, waiting });
    };
    letIn();
    events.on('call', ({ operation }) => void (operation === 'StartBuild' && clock.after(QUEUE_MS, letIn)));
    return {};
  },
};

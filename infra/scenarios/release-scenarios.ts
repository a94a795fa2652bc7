import { fileURLToPath } from 'node:url';
import type { Stub } from '../../lib/local/codepipeline/stubs/stub.ts';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import { type DeveloperCall, developerCall } from './developer-call.ts';
import type { HealthServer } from './health-server.ts';

const STACK = 'RingbackRelease';
const service = 'codepipeline';
const WEB_PROJECT = fileURLToPath(new URL('web-project', import.meta.url));

/** What stands for the actions of the release that are not Ringback's. */
export const releaseStubs: readonly (Stub | string)[] = [
  { action: 'CodeStarSourceConnection', succeed: { folder: WEB_PROJECT } },
  `CodeBuild=run:echo '{"Resources":{}}' > template.json`,
  'CloudFormation=succeed',
];

/** A member of an API's answer that this file looks at. */
interface StageState {
  readonly stageName: string;
  readonly actionStates: readonly { readonly latestExecution?: { readonly token?: string } }[];
  readonly latestExecution?: { readonly pipelineExecutionId: string; readonly status: string; readonly type: string };
}

/** The scenarios of the example release. */
export function releaseScenarios(health: HealthServer): readonly Scenario[] {
  return [
    {
      name: 'release-rolls-back',
      service,
      title: 'a push is built, deployed, approved and released; the next one breaks production and is rolled back',
      async run(stage) {
        const { cloud, deployment } = stage;
        const name = String(deployment.stacks.find((stack) => stack.name === STACK)?.outputs.PipelineName);
        const call = developerCall(stage, { service, targetPrefix: 'CodePipeline_20150709' });
        expectEqual('runs of a push to the documents', push(cloud, ['docs/tides.md']).length, 0);

        health.becomeHealthy(0);
        const first = await release(stage, call, name);
        expectEqual('the first release', first.status, 'Succeeded');

        const second = await release(stage, call, name, () => health.stayUnhealthy());
        expectEqual('the second release', second.status, 'Failed');
        health.becomeHealthy(0);
        const rollback = cloud.codepipeline.executionIds(name).at(-1) ?? '';
        const { status, actions } = await cloud.codepipeline.waitForExecution(name, rollback);
        expectEqual('the rollback', status, 'Succeeded');
        expectEqual('its stages', [...new Set(actions.map(({ stageName }) => stageName))], ['Production']);
        expectEqual('its kind', (await stateOf(call, name, 'Production')).latestExecution?.type, 'ROLLBACK');
        // Two gates of the first release, one of the second and five tries of its other one, one of the rollback.
        return { expected: 2 + 1 + 5 + 1 };
      },
    },
  ];
}

/** Pushes, approves when it is asked, and waits for the end. */
async function release(stage: Stage, call: DeveloperCall, name: string, beforeApproval?: () => void) {
  const { cloud } = stage;
  const asked = reached(cloud, `${name}/Approval/Release`, 'STARTED');
  const [started] = push(cloud, ['src/main.js', 'docs/tides.md']);
  if (started === undefined) throw new Error('the push started no execution');
  const ended = cloud.codepipeline.waitForExecution(name, started.pipelineExecutionId);
  const early = await Promise.race([asked, ended]);
  if (early !== undefined) return early;
  beforeApproval?.();
  const { actionStates } = await stateOf(call, name, 'Approval');
  await call('PutApprovalResult', {
    pipelineName: name,
    stageName: 'Approval',
    actionName: 'Release',
    token: actionStates[0]?.latestExecution?.token,
    result: { status: 'Approved', summary: 'fine' },
  });
  return ended;
}

function push({ codepipeline }: Stage['cloud'], filePaths: readonly string[]) {
  return codepipeline.push({ repository: 'example/tides', branch: 'main', filePaths, commitMessage: 'Tides of today' });
}

async function stateOf(call: DeveloperCall, name: string, stageName: string): Promise<StageState> {
  const { stageStates } = (await call('GetPipelineState', { name })) as { readonly stageStates: readonly StageState[] };
  const found = stageStates.find((state) => state.stageName === stageName);
  if (found === undefined) throw new Error(`${name} has no stage ${stageName}`);
  return found;
}

/** Resolves when a pipeline, stage or action comes into a state. */
function reached({ events }: Stage['cloud'], resource: string, state: string): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = events.on('state', (event) => {
      if (event.resource !== resource || event.state !== state) return;
      stop();
      // The action that tells of its start has yet to ask for its approval.
      setImmediate(() => resolve(undefined));
    });
  });
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, but got ${JSON.stringify(actual)}`);
}

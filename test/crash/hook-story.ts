import { cloudControlClient } from '../../infra/scenarios/cloud-control-client.ts';
import type { CallableService, Recognised } from '../../lib/core/service.ts';
import { declareHooks, HOOKS } from './hook-stack.ts';
import { type ExpectedHook, judgeHooks } from './judge-hooks.ts';
import { brief, deadly } from './logic-kinds.ts';
import { seeRequests } from './seen-request.ts';
import type { LogicKind, Story } from './story.ts';

const POLL_MS = 1_000;
const UNDER_WAY: ReadonlySet<unknown> = new Set(['PENDING', 'IN_PROGRESS']);

const passes = (message: RegExp): ExpectedHook => ({ status: 'HOOK_COMPLETE_SUCCEEDED', message });
const fails = (message: RegExp): ExpectedHook => ({ status: 'HOOK_COMPLETE_FAILED', message });

/** What each kind of logic must come to where nothing goes wrong. */
const expectations: Readonly<Record<string, ExpectedHook>> = {
  passes: passes(/^as it should be$/),
  refuses: fails(/^Hook failed with message: it is not as it should be/),
  throws: fails(/no answer with the key \[withheld\]/),
  'returns-nonsense': fails(/the logic returned number 42/),
  continues: { ...passes(/^run 2$/), rounds: 2 },
  hangs: fails(/did not end within/),
  'asks-again-once': passes(/^as it should be$/),
  'asks-again-always': { status: 'HOOK_FAILED', message: /never, says \[withheld\]/ },
  'never-loads': { status: 'HOOK_FAILED', message: /the settings of this function are incomplete/ },
};

/** Before and after the work of its logic, and in all three attempts. No entry has to stand before it is its own. */
const asked = { ...brief, deliveries: ['alone'], lastResort: 'two-points', ownAfter: 0 } as const;
const warning = { ...asked, functions: ['Plain', 'Brief'] } as const;

const kinds: readonly LogicKind[] = [
  { name: 'passes', ...warning },
  { name: 'refuses', ...warning },
  { name: 'throws', ...asked },
  { name: 'returns-nonsense', ...asked },
  { name: 'continues', ...warning },
  { name: 'hangs', ...asked, functions: ['Brief'] },
  { name: 'asks-again-once', ...asked },
  { name: 'asks-again-always', ...asked },
  { name: 'never-loads', ...deadly, deliveries: ['alone'], functions: ['Broken'] },
];

/** Who asks hooks: nobody is reported to, and nothing is put off, since the function itself returns both. */
const askingService: CallableService = {
  name: 'hooks',
  noun: 'hook',
  recognise: recogniseHook,
  fit: nobodyAsks,
  request: nobodyAsks,
  settled: new Set(),
  refused: new Set(),
  putOff: { by: 'message' },
  secretMembers: [],
};

/** The crash matrix of hooks: requests of Cloud Control, each of which a hook is asked about. */
export const hookStory: Story = {
  name: 'hooks',
  service: askingService,
  kinds,
  answersItself: true,
  // A hook that is throttled has failed: no more than there are environments.
  together: 10,
  answerActions: [],
  declare: declareHooks,
  completion: {},
  prepare: async () => ({}),
  async deliver({ cloud, client }, play, kind, fn) {
    const { typeName: TypeName, property } = HOOKS[fn as keyof typeof HOOKS];
    const call = cloudControlClient({ client: { ...client, forcePathStyle: true } });
    const value = TypeName === 'AWS::SSM::Parameter' ? { Type: 'String', Value: 'any' } : {};
    const DesiredState = JSON.stringify({ [property]: `${play}-${kind}`, ...value });
    const { ProgressEvent } = await call('CreateResource', { TypeName, DesiredState });
    let event = ProgressEvent as Readonly<Record<string, string>>;
    while (UNDER_WAY.has(event.OperationStatus)) {
      await cloud.clock.sleep(POLL_MS);
      const { RequestToken } = event;
      event = (await call('GetResourceRequestStatus', { RequestToken })).ProgressEvent as typeof event;
    }
  },
  read(event) {
    const recognised = recogniseHook(event);
    if (recognised === undefined) return undefined;
    const { clientRequestToken } = event as HookBody;
    return { play: recognised.id, recognised, secrets: [clientRequestToken] };
  },
  callbackIdOf: () => undefined,
  isPutOff: () => false,
  seeRequests,
  judge(crashCase, record, found) {
    const expected = expectations[crashCase.kind];
    if (expected !== undefined) judgeHooks(crashCase, record, expected, found);
  },
  runsLogic: () => true,
  isNominal: () => true,
};

function nobodyAsks(): never {
  throw new Error('hooks are answered by what their function returns');
}

/** A play is known by its name: the token of a request is a secret. */
function recogniseHook(event: unknown): Recognised | undefined {
  const { requestData } = (event ?? {}) as Partial<HookBody>;
  const names = Object.values(requestData?.targetModel.resourceProperties ?? {});
  const [play] = names.flatMap((name) => /^play-\d+(?=-)/.exec(String(name)) ?? []);
  return play === undefined ? undefined : { id: play, ticket: { region: 'us-east-1', data: {} } };
}

interface HookBody {
  readonly clientRequestToken: string;
  readonly requestData: { readonly targetModel: { readonly resourceProperties?: Readonly<Record<string, unknown>> } };
}

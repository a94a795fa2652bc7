import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { everyKind } from './every-kind.ts';
import { allowedStatements } from './policies.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(fileURLToPath(new URL(file, root)), 'utf8');
const page = read('docs/without-cdk.md');

/** The kinds of functions by their names on the page, and how the ids of their parts begin in the stack. */
const KINDS = {
  'pipeline job': /^Gate/,
  'custom action worker': /^Worker/,
  'partner worker': /^Partner/,
  'workflow step': /^Scan(?!LastResort)/,
  engine: /^Engine(?!LastResort)/,
  hook: /^Hook/,
  'last resort': /^Ringback|LastResortPolicy/,
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

const ACTION = /`([a-z0-9-]+:[A-Z]\w+)`/g;
const sorted = (values: Iterable<string>) => [...new Set(values)].sort();
const actionsIn = (text: string) => [...text.matchAll(ACTION)].map(([, action]) => action as string);
const section = (title: string) => new RegExp(`^### ${title}\n(.*?)(?=^##)`, 'ms').exec(page)?.[1] ?? '';
const COMMON = sorted(actionsIn(section('Every function that owes an answer')));

let template: Template;
beforeAll(() => {
  template = everyKind();
});

const actionsOf = (kind: Kind) =>
  allowedStatements(template)
    .filter(({ policy }) => KINDS[kind].test(policy))
    .flatMap(({ actions }) => actions);
const rest = (actions: readonly string[]) => sorted(actions.filter((action) => !COMMON.includes(action)));

describe('the page on doing without the CDK', () => {
  it.each(kinds)('names what the constructs allow, and nothing else: %s', (kind) => {
    expect(rest(actionsIn(section(kind).replaceAll(/^[A-Z].*$/gm, '')))).toEqual(rest(actionsOf(kind)));
  });

  it('names what every function is allowed that owes an answer', () => {
    const owing = kinds.filter((kind) => kind !== 'hook' && kind !== 'last resort');
    const shared = owing.map(actionsOf).reduce((all, some) => all.filter((action) => some.includes(action)));
    expect(COMMON).toEqual(sorted(shared.filter((action) => !action.startsWith('codepipeline:'))));
  });

  it('names each variable, and the functions that have it', () => {
    const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
    const variablesOf = (kind: Kind) =>
      functions
        .filter(([id]) => KINDS[kind].test(id))
        .flatMap(([, { Properties }]) => Object.keys(Properties.Environment?.Variables ?? {}));
    const rows = [...page.matchAll(/^\| `(RINGBACK_\w+)` \| ([^|]+) \|/gm)];
    expect(sorted(rows.map(([, name]) => name as string))).toEqual(sorted(kinds.flatMap(variablesOf)));
    for (const [, name = '', of = ''] of rows) {
      const having = kinds.filter((kind) => variablesOf(kind).includes(name));
      expect(sorted(of.split(', ')), name).toEqual(sorted(having));
    }
  });

  it('names the settings that the constructs make', () => {
    const properties = (type: string) =>
      Object.values(template.findResources(type)).map(({ Properties }) => Properties);
    const row = (part: string, setting: string) =>
      new RegExp(`^\\| ${part} \\|.*?^\\|[^|]*\\| ${setting} \\| ([^|]+) \\|`, 'ms').exec(`${page}`)?.[1] ??
      new RegExp(`^\\| ${part} \\| ${setting} \\| ([^|]+) \\|`, 'm').exec(page)?.[1] ??
      '';
    const queues = properties('AWS::SQS::Queue');
    for (const { MessageRetentionPeriod } of queues)
      expect(page).toContain(`| retention | ${MessageRetentionPeriod} s |`);
    expect(sorted(queues.flatMap(({ RedrivePolicy }) => RedrivePolicy?.maxReceiveCount ?? []).map(String))).toEqual([
      '5',
      '6',
    ]);
    expect(row('queue of the last resort', 'receives')).toMatch(/^6,/);
    expect(row('continuation and engine queues', 'receives')).toMatch(/^5,/);
    const batches = properties('AWS::Lambda::EventSourceMapping').map(({ BatchSize }) => String(BatchSize));
    expect(sorted(batches)).toEqual(['1', '10']);
    const ages = properties('AWS::Lambda::EventInvokeConfig').map((config) => config.MaximumEventAgeInSeconds);
    const told = [...page.matchAll(/\| event age \| (\d+) s/g)].map(([, seconds]) => Number(seconds));
    expect(sorted(told.map(String))).toEqual(sorted(ages.map(String)));
  });
});

describe('the examples without the CDK', () => {
  const sam = read('examples/sam/template.yaml');
  const terraform = readdirSync(fileURLToPath(new URL('examples/terraform', root)), {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((file) => file.endsWith('.tf'))
    .map((file) => read(`examples/terraform/${file}`))
    .join('\n');
  // SAM lets each function write its log by a policy of AWS's own.
  const actions = (text: string) =>
    sorted(
      [...text.matchAll(/\b((?!arn|aws|actiontype)[a-z0-9-]+:[A-Z]\w+)\b/g)].map(([, action]) => action as string),
    ).filter(
      (action) =>
        !['logs:CreateLogStream', 'logs:PutLogEvents'].includes(action) && !action.startsWith('dynamodb:Leading'),
    );
  const variables = (text: string) => sorted([...text.matchAll(/\bRINGBACK_\w+/g)].map(([name]) => name));

  it('allow the same, by SAM and by Terraform', () => {
    expect(actions(terraform)).toEqual(actions(sam));
    expect(variables(terraform)).toEqual(variables(sam));
  });

  it('allow nothing of Ringback that the constructs do not, and set no other variable', () => {
    const allowed = kinds.flatMap(actionsOf);
    const ofOthers = /^(logs|s3|lambda|sts|resource-groups|tag):/;
    expect(actions(sam).filter((action) => !allowed.includes(action) && !ofOthers.test(action))).toEqual([]);
    expect(variables(sam).filter((name) => !page.includes(name))).toEqual([]);
  });

  it.each([
    ['gate', 'Gate', 1050],
    ['apply', 'Apply', 1050],
    ['worker', 'Worker', 3600],
    ['scan', 'Scan', 750],
    ['engine', 'Engine', 3600],
  ])('let an event wait for %s as long as the constructs do', (module, id, seconds) => {
    const { Resources } = parse(sam, { logLevel: 'silent' });
    expect(Resources[id].Properties.EventInvokeConfig.MaximumEventAgeInSeconds).toBe(seconds);
    const [, body = ''] = new RegExp(`module "${module}" \\{\n(.*?)\n\\}`, 's').exec(terraform) ?? [];
    expect(/max_event_age\s*= (\d+)/.exec(body)?.[1]).toBe(String(seconds));
  });
});

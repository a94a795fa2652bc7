import { createLocalCloud } from '../../lib/local/cloud.ts';
import { HARMLESS_RESOURCES } from '../../lib/local/template/simulated/harmless-resources.ts';
import { KNOWN_PROPERTIES } from '../../lib/local/template/simulated/known-properties.ts';
import {
  isHarmless,
  isSimulatedWhen,
  type MemberKnowledge,
  simulated,
} from '../../lib/local/template/simulated/property.ts';
import { recordedServices } from '../contract/facts/recorded-services.ts';
import { isPassed } from '../contract/policy-case.ts';
import { policyCases } from '../contract/policy-cases.ts';

/** The tables of docs/local-cloud.md that are made of the code, by the name of their place in the page. */
export async function simulatedTables(): Promise<Readonly<Record<string, string>>> {
  const cloud = await createLocalCloud();
  try {
    const services = cloud.simulated;
    return {
      operations: table(
        ['service', 'operations'],
        services
          .filter(({ operations }) => operations.length > 0)
          .map(({ name, operations }) => [name, operations.join(', ')]),
      ),
      resources: table(
        ['type', 'simulated', 'without an effect, and harmless'],
        services.flatMap(({ resources }) => resources).map(resourceRow),
      ),
      harmless: table(['why', 'types'], byReason(HARMLESS_RESOURCES)),
      actions: table(
        ['type', 'as'],
        [...cloud.codepipeline.simulatedTypes].map((type) => [
          `\`${type}\``,
          !type.includes('/') ? 'every action type of this owner' : type.includes('/Rule/') ? 'rule' : 'action',
        ]),
      ),
      recorded: table(['service', 'held', 'not held'], [...recordedServices.map(recordedRow), policyRow()]),
    };
  } finally {
    await cloud.stop();
  }
}

/** Puts the tables into the page, between `<!-- generated: NAME -->` and `<!-- end -->`. */
export function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return page.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, begin: string, name: string, end: string) => `${begin}${tables[name] ?? 'no such table\n'}${end}`,
  );
}

function recordedRow({ title, facts }: (typeof recordedServices)[number]): string[] {
  const reasons = facts.flatMap(({ asked, notHeld }) => (notHeld === undefined ? [] : [`${asked}: ${notHeld}`]));
  const held = facts.length - reasons.length;
  return [title, String(held), reasons.length === 0 ? '0' : `${reasons.length} (${reasons.join('; ')})`];
}

/** The questions of the IAM user guide, asked here and now. */
function policyRow(): string[] {
  const failed = policyCases.filter((known) => !isPassed(known));
  const names = failed.map(({ asked }) => asked).join('; ');
  return [
    'IAM cases',
    String(policyCases.length - failed.length),
    failed.length === 0 ? '0' : `${failed.length} (${names})`,
  ];
}

function resourceRow(type: string): string[] {
  const { effective, harmless } = columns(KNOWN_PROPERTIES[type] ?? {}, '');
  return [`\`${type}\``, effective.join(', '), harmless.join(', ')];
}

function columns(members: MemberKnowledge, prefix: string): { effective: string[]; harmless: string[] } {
  const effective: string[] = [];
  const harmless: string[] = [];
  for (const [name, knowledge] of Object.entries(members)) {
    const path = `${prefix}${name}`;
    if (knowledge === simulated) effective.push(path);
    else if (isHarmless(knowledge)) harmless.push(path);
    else if (isSimulatedWhen(knowledge)) effective.push(`${path} (${knowledge.values})`);
    else {
      const below = columns(knowledge, `${path}.`);
      effective.push(...below.effective);
      harmless.push(...below.harmless);
    }
  }
  return { effective, harmless };
}

function byReason(reasons: Readonly<Record<string, string>>): string[][] {
  const groups = Map.groupBy(Object.entries(reasons), ([, reason]) => reason);
  return [...groups].map(([reason, entries]) => [reason, entries.map(([type]) => `\`${type}\``).join(', ')]);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('  ', ' ');
  return `${[line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

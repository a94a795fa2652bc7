import { AwsError } from '../kernel/aws-error.ts';
import { childrenNamed, childText, malformedXml, type XmlElement } from './xml.ts';

/** The times that a rule may name, the action that each belongs to, and the least it may be. */
const TIMES = [
  ['Expiration', 'Days', 1],
  ['Transition', 'Days', 0],
  ['NoncurrentVersionExpiration', 'NoncurrentDays', 1],
  ['NoncurrentVersionTransition', 'NoncurrentDays', 0],
  ['AbortIncompleteMultipartUpload', 'DaysAfterInitiation', 1],
] as const;

/** Of each action one of these may stand in a rule. */
const ALTERNATIVES: Readonly<Record<string, readonly string[]>> = {
  Expiration: ['Days', 'Date', 'ExpiredObjectDeleteMarker'],
  Transition: ['Days', 'Date'],
};

/** Checks a lifecycle configuration as S3 does before it keeps one. @throws AwsError MalformedXML, InvalidArgument, InvalidRequest */
export function checkLifecycle(root: XmlElement): void {
  const rules = childrenNamed(root, 'Rule');
  if (rules.length === 0) throw malformedXml();
  const ids = rules.flatMap((rule) => childText(rule, 'ID') ?? []);
  for (const rule of rules) checkRule(rule);
  if (new Set(ids).size === ids.length) return;
  throw invalid('Rule ID must be unique. Found same ID for more than one rule', 'ID', ids.join(','));
}

function checkRule(rule: XmlElement): void {
  const status = childText(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  checkFilter(rule);
  for (const [action, names] of Object.entries(ALTERNATIVES)) {
    for (const element of childrenNamed(rule, action)) {
      if (element.children.filter(({ name }) => names.includes(name)).length !== 1) throw malformedXml();
      checkDate(childText(element, 'Date'));
    }
  }
  for (const [action, name, least] of TIMES) {
    for (const element of childrenNamed(rule, action)) checkTime(element, name, least);
  }
}

function checkFilter(rule: XmlElement): void {
  const filters = childrenNamed(rule, 'Filter');
  // The prefix beside a filter is the older form of one.
  if (filters.length + childrenNamed(rule, 'Prefix').length !== 1) throw malformedXml();
  const [filter] = filters;
  if (filter === undefined) return;
  if (filter.children.length > 1) throw malformedXml();
  const tags = childrenNamed(filter, 'And').flatMap((and) => childrenNamed(and, 'Tag'));
  const keys = tags.map((tag) => childText(tag, 'Key'));
  if (new Set(keys).size < keys.length) throw new AwsError('InvalidRequest', 'Duplicate Tag Keys are not allowed.');
}

function checkDate(date: string | undefined): void {
  if (date === undefined) return;
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw malformedXml();
  if (time % 86_400_000 !== 0) throw invalid("'Date' must be at midnight GMT", 'Date', date);
}

function checkTime(element: XmlElement, name: string, least: 0 | 1): void {
  const value = childText(element, name);
  if (value === undefined && element.name.startsWith('Noncurrent')) throw malformedXml();
  if (value === undefined) return;
  if (!/^-?\d+$/.test(value)) throw malformedXml();
  if (Number(value) >= least) return;
  const kind = least === 1 ? 'a positive' : 'a nonnegative';
  throw invalid(`'${name}' for ${element.name} action must be ${kind} integer`, name, value);
}

function invalid(message: string, name: string, value: string): AwsError {
  return new AwsError('InvalidArgument', message, { members: { ArgumentName: name, ArgumentValue: value } });
}

import type { Redact } from '../core/secrets/redactor.ts';
import { stripControls } from '../core/secrets/strip-controls.ts';
import { EngineFailure, type FailureFault, type FailureKind } from './failure.ts';
import type { Diagnostic } from './terraform-message.ts';
import type { CommandEnd } from './terraform-process.ts';

/** The stages of a run, by command. */
export type Stage = 'init' | 'plan' | 'apply' | 'show' | 'output';

/** A reason may have 2,048 characters, of which the end is kept: the first cause must stand within them. */
const LONGEST_DETAIL = 900;
const LONGEST_REASON = 1_900;

/** What becomes of an apply that had no time to save. */
export const UNSAVED =
  'what it had begun may be missing in the state: look for the resources with the tracer tag before the next operation';

const PATTERNS: readonly (readonly [RegExp, FailureKind, FailureFault])[] = [
  [/cannot assume iam role|assumerole|sts:AssumeRole/i, 'credentials', 'launch role'],
  [/state lock|locking state/i, 'lock', 'engine'],
  [/no valid credential|failed to refresh cached credentials|ExpiredToken/i, 'credentials', 'engine'],
  [/AccessDenied|UnauthorizedOperation|not authorized to perform/i, 'credentials', 'launch role'],
  [/Invalid value for (input )?variable|No value for required variable/i, 'configuration', 'caller'],
];

/**
 * The failure of a command: Terraform's first error, where it is, and how many more there are.
 *
 * @param redact - each text goes through it before it is shortened
 */
export function failureOf(
  stage: Stage,
  { code, signal, errors, stderr, stdout }: CommandEnd,
  began: boolean,
  redact: Redact,
): EngineFailure {
  const [first] = errors;
  if (first === undefined) {
    const whole = redact(stripControls(stderr.trim() || stdout.trim()));
    const said = whole.length > LONGEST_DETAIL ? `…${whole.slice(-LONGEST_DETAIL)}` : whole;
    if (/flag provided but not defined: -json/.test(said)) {
      return new EngineFailure('internal', 'engine', 'this terraform is too old: the engine needs at least 1.10');
    }
    const how =
      code === null
        ? `was ended by ${signal}${signal === 'SIGKILL' ? ', as where memory runs out' : ''}`
        : `ended with ${code}`;
    const lost = stage === 'apply' && began && code === null ? `; ${UNSAVED}` : '';
    return new EngineFailure('internal', 'engine', `terraform ${stage} ${how}${lost}: ${said || 'it said nothing'}`);
  }
  const [kind, fault] = classify(stage, first, began);
  const more = errors.length > 1 ? `; and ${errors.length - 1} more: ${errors.slice(1, 4).map(place).join('; ')}` : '';
  const reason = redact(place(first)) + detail(first, redact);
  return new EngineFailure(
    kind,
    fault,
    shortened(`terraform ${stage} failed: ${reason}`, LONGEST_REASON - 300) + shortened(redact(more), 300),
  );
}

function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

function classify(
  stage: Stage,
  { summary = '', detail = '', range }: Diagnostic,
  began: boolean,
): [FailureKind, FailureFault] {
  const text = `${summary}\n${detail}`;
  const known = PATTERNS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return [known[1], known[2]];
  if (stage === 'apply' && began) return ['apply', 'product author'];
  if (stage === 'init') return range === undefined ? ['internal', 'engine'] : ['configuration', 'product author'];
  return stage === 'plan' || !began ? ['plan', 'product author'] : ['apply', 'product author'];
}

function place({ summary = 'an error', address, range, context }: Diagnostic): string {
  const line = range?.filename === undefined ? undefined : `${range.filename} line ${range.line ?? 1}`;
  const where = [address ?? blockIn(context), line].filter((part) => part !== undefined && part !== '');
  return where.length === 0 ? summary : `${summary} (${where.join(', ')})`;
}

/** The address of the block in which Terraform found an error, where it names none: `resource "aws_x" "y"` is `aws_x.y`. */
function blockIn(context: string | undefined): string | undefined {
  const [, kind = '', labels = ''] = /^(\w+)((?:\s+"[^"]*")+)/.exec(context ?? '') ?? [];
  const names = [...labels.matchAll(/"([^"]*)"/g)].map(([, name]) => name);
  if (names.length === 0) return undefined;
  return (kind === 'resource' ? names : [kind, ...names]).join('.');
}

function detail({ detail: text = '' }: Diagnostic, redact: Redact): string {
  const shown = redact(text).replace(/\s+/g, ' ').trim();
  if (shown === '') return '';
  return `: ${shortened(shown, LONGEST_DETAIL)}`;
}

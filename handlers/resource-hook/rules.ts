import type { HookAnnotation } from 'ringback/hooks';
import * as z from 'zod';
import rulesFile from './rules.json' with { type: 'json' };

const severities = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

/** What one property must be. */
const condition = z.strictObject({
  /** Its path, such as `BucketEncryption.ServerSideEncryptionConfiguration`. */
  property: z.string().min(1),
  /** `present`: it has some value. `not public`: it is a policy that lets in nobody but those that it names. */
  is: z.enum(['present', 'not public']).optional(),
  equals: z.union([z.string(), z.number(), z.boolean()]).optional(),
  oneOf: z.array(z.string()).min(1).optional(),
  /** What AWS takes where it is not given. */
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

const rule = z.strictObject({
  name: z.string().min(1),
  /** The type of resource that it concerns. */
  type: z.string().min(1),
  severity: z.enum(severities),
  /** One of these must hold: each a list of conditions, all of which must. */
  anyOf: z.array(z.array(condition).min(1)).min(1),
  /** What is wrong where it fails. */
  finding: z.string().min(1),
  remediation: z.string().min(1),
  link: z.url(),
});

const file = z.strictObject({
  /** Findings from this severity on fail the hook. */
  failFrom: z.enum(severities),
  rules: z.array(rule),
});

/** What one property must be. */
export type Condition = z.infer<typeof condition>;

/** One rule for one type of resource. */
export type Rule = z.infer<typeof rule>;

const { failFrom, rules: checked } = file.parse(rulesFile);

/** The rules of rules.json. */
export const rules: readonly Rule[] = checked;

/** Whether a finding fails the hook. */
export function isGrave({ status, severityLevel = 'MEDIUM' }: HookAnnotation): boolean {
  return status === 'FAILED' && severities.indexOf(severityLevel) >= severities.indexOf(failFrom);
}

import { ConfigurationError } from 'ringback/transfer';
import * as z from 'zod';

/** What one field of every record must be. Values are never repeated in problems: they may be personal data. */
const field = z.strictObject({
  type: z.enum(['text', 'integer', 'number', 'boolean', 'date']).default('text'),
  required: z.boolean().default(true),
  /** For numbers. */
  min: z.number().optional(),
  /** For numbers. */
  max: z.number().optional(),
  /** For texts, in characters. */
  maxLength: z.int().min(1).optional(),
  /** A regular expression for the whole text. */
  pattern: z.string().optional(),
  oneOf: z.array(z.string()).min(1).optional(),
});

const schema = z.strictObject({
  fields: z.record(z.string(), field),
  /** Whether records may have fields that are not named. */
  moreFields: z.boolean().default(false),
  /** Between the fields of CSV. */
  delimiter: z.string().length(1).default(','),
  /** The most problems that are told of one file; the check ends there. */
  maxProblems: z.int().min(1).max(1_000).default(20),
  /** Where checksums and reports go. */
  results: z.strictObject({
    bucket: z.string().min(3),
    accepted: z.string().default('accepted/'),
    rejected: z.string().default('quarantine/'),
  }),
});

/** The rules of one field. */
export type FieldRules = z.infer<typeof field>;

/** What uploads are checked against. */
export type Settings = z.infer<typeof schema>;

/** Reads the settings from JSON. @returns what gives them, or throws ConfigurationError that names what is wrong */
export function readSettings(text: string | undefined): () => Settings {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return () => parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  return () => {
    throw new ConfigurationError(`UPLOAD_RULES does not fit: ${issues.join('; ')}`);
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

import * as z from 'zod';

/** What a project asks to be checked, as its own JSON file says. */
export const planSchema = z.strictObject({
  /** Paths that must be there. */
  requiredFiles: z.array(z.string().min(1)).default([]),
  /** Texts that must stand nowhere. */
  forbiddenStrings: z.array(z.strictObject({ text: z.string().min(1), files: z.string().default('**') })).default([]),
  /** How large a file may be, in bytes. */
  maxFileBytes: z.number().int().positive().optional(),
  /** How large all files may be together, in bytes. */
  maxTotalBytes: z.number().int().positive().optional(),
  /** Files that must begin with a text; a line before it may be an interpreter's (`#!`). */
  licenseHeader: z.strictObject({ text: z.string().min(1), files: z.string().min(1) }).optional(),
});

/** A checked plan. */
export type Plan = z.infer<typeof planSchema>;

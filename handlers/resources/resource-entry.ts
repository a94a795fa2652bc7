import * as z from 'zod';

/** A resource as a file describes it: what it is, what it is to be, and the name by which others refer to it. */
export const resourceEntry = z.strictObject({
  /** Others refer to it as `${Name}` and to its properties as `${Name.Property}`. */
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]*$/, 'a name is made of letters and digits')
    .optional(),
  typeName: z.string(),
  /** Null where it is to be gone: then it needs its identifier. */
  desiredState: z.record(z.string(), z.json()).nullable(),
  /** Only where the desired state does not tell it. */
  identifier: z.string().optional(),
});

/** See {@link resourceEntry}. */
export type ResourceEntry = z.infer<typeof resourceEntry>;

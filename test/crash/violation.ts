/** The promises of Ringback, as the matrix checks them. */
export const invariants = [
  'one answer',
  'no silence',
  'work once',
  'no secrets',
  'within limits',
  'the right answer',
] as const;

/** One of {@link invariants}. */
export type Invariant = (typeof invariants)[number];

/** A promise that a case broke. */
export interface Violation {
  readonly invariant: Invariant;
  readonly caseId: string;
  readonly detail: string;
  /** What happened in the play. */
  readonly trace: readonly string[];
}

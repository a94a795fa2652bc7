/** The promises of Ringback, as the matrix checks them. */
export const invariants = [
  'one answer',
  'no silence',
  'no answer to what is not ours',
  'work once',
  'each resource once',
  'no request is lost',
  'no secrets',
  'within limits',
  'the right answer',
] as const;

/** One of {@link invariants}. */
export type Invariant = (typeof invariants)[number];

/** Takes a promise that is broken, and how. */
export type Found = (invariant: Invariant, detail: string) => void;

/** A promise that a case broke. */
export interface Violation {
  readonly invariant: Invariant;
  readonly caseId: string;
  readonly detail: string;
  /** What happened in the play. */
  readonly trace: readonly string[];
}

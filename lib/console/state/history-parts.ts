import type { BoundedMap } from './bounded-map.ts';
import type { CallRecord, InvocationRecord, LineRecord, Moment, NoteRecord, Owed, Tally } from './records.ts';

/** What the parts of a history share. */
export interface HistoryParts {
  readonly owed: BoundedMap<Owed>;
  readonly invocations: BoundedMap<InvocationRecord>;
  readonly calls: BoundedMap<CallRecord>;
  readonly lines: BoundedMap<LineRecord>;
  readonly notes: BoundedMap<NoteRecord>;
  readonly tally: Tally;
  /** A new version, for a record that changes. */
  next(): number;
  addMoment(owedId: string, moment: Moment): void;
  addNote(kind: NoteRecord['kind'], text: string, at: number): void;
}

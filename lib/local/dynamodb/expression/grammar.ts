/** A step of a document path: an attribute, a placeholder for one (`#name`), or an index of a list. */
export type PathElement = string | number;

/** Where a value stands in an item. The first element is never an index. */
export type DocumentPath = readonly PathElement[];

/** What a condition compares, or an update computes with. */
export type Operand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  /** A placeholder such as `:value`. */
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'sum'; readonly sign: '+' | '-'; readonly left: Operand; readonly right: Operand };

/** The comparators of conditions. */
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A condition expression, filter expression or key condition expression. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] };

/** One change of an update expression. */
export type Change =
  | { readonly kind: 'SET'; readonly path: DocumentPath; readonly value: Operand }
  | { readonly kind: 'REMOVE'; readonly path: DocumentPath }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: DocumentPath; readonly value: Operand };

/** A parsed expression with the placeholders that it uses. */
export interface Parsed<Content> {
  readonly content: Content;
  /** Such as `#name`. */
  readonly names: ReadonlySet<string>;
  /** Such as `:value`. */
  readonly values: ReadonlySet<string>;
}

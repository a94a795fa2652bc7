/** A place in a file, both from 1 on. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text is not what Terraform's language allows; says where. */
export class HclSyntaxError extends Error {
  override readonly name = 'HclSyntaxError';
  readonly position: Position;

  constructor(problem: string, position: Position) {
    super(problem);
    this.position = position;
  }
}

/** The line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** How deep blocks, brackets or templates may stand in each other; whoever writes more means harm. */
export const DEEPEST = 200;

/** Something stands deeper than {@link DEEPEST}. */
export function tooDeep(text: string, offset: number): HclSyntaxError {
  return new HclSyntaxError(`it is nested more than ${DEEPEST} deep`, positionAt(text, offset));
}

/** A variable of a build, by the API's names. */
export interface BuildVariable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
}

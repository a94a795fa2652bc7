/** What `Ref: AWS::NoValue` gives: the property or list entry that holds it is left out. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

/**
 * What expressions of a template can refer to. Each look-up gives `undefined` for what does not exist.
 */
export interface Scope {
  /** The value of `Ref`: a parameter, a pseudo parameter, a resource, or {@link noValue}. */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): unknown;
  /** The expression of a condition. */
  condition(name: string): unknown;
  /** A mapping as the template gives it. */
  mapping(name: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** The value that another stack exports. */
  exported(name: string): unknown;
  /** The value of another stack's output. */
  stackOutput(stackName: string, outputName: string): unknown;
  /** The Region that `Fn::GetAZs` means when it is given none. */
  readonly region: string;
}

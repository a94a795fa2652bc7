/**
 * What can be wrong with a cloud assembly.
 *
 * - `AssemblyNotFound`: the folder or its manifest does not exist
 * - `ManifestMalformed`: manifest.json or an asset manifest is not what the CDK writes
 * - `TemplateMalformed`: a template is not JSON, or a part of it has the wrong shape
 * - `AssetMissing`: a file that a resource needs is not in the assembly
 * - `ExpressionMalformed`: an intrinsic function has arguments that CloudFormation would refuse
 * - `ReferenceDangling`: something names a resource, parameter, condition, mapping, export or output that is not there
 * - `DependencyCycle`: resources, conditions or stacks wait for each other
 * - `ParameterMissing`: a template parameter has neither a value nor a default
 * - `ParameterUnknown`: a value is given to a parameter that the template does not have
 * - `ParameterInvalid`: a value breaks the constraints of its parameter
 * - `StackUnknown`: a stack was asked for that the assembly does not hold
 * - `ResourceFailed`: a service refused to create a resource; `cause` says why
 * - `NotSimulated`: in strict mode, a resource type or property that is not simulated could change the outcome
 * - `ResourceNotFound`, `ResourceAmbiguous`: a lookup in a deployment found none or several
 */
export type AssemblyErrorCode =
  | 'AssemblyNotFound'
  | 'ManifestMalformed'
  | 'TemplateMalformed'
  | 'AssetMissing'
  | 'ExpressionMalformed'
  | 'ReferenceDangling'
  | 'DependencyCycle'
  | 'ParameterMissing'
  | 'ParameterUnknown'
  | 'ParameterInvalid'
  | 'StackUnknown'
  | 'ResourceFailed'
  | 'NotSimulated'
  | 'ResourceNotFound'
  | 'ResourceAmbiguous';

/** A cloud assembly that cannot be loaded or deployed; the message is one line that names the place. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
  readonly code: AssemblyErrorCode;

  constructor(code: AssemblyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

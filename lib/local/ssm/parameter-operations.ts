import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import { type ParameterFilter, passesFilter } from './description-operations.ts';
import { latestOf, type Parameter, type ParameterVersion, parameterNotFound } from './parameter-store.ts';
import { type PutInput, putParameter } from './put-parameter.ts';
import type { SsmParts } from './ssm-parts.ts';

/** The filters of GetParametersByPath (Systems Manager API Reference); all others are of DescribeParameters alone. */
const PATH_FILTERS = ['Type', 'KeyId', 'Label'];

/** The operations that write, read and delete parameters. */
export function createParameterOperations({ kernel, store, authorizeKey }: SsmParts): Record<string, Operation> {
  /** Why there is nothing: no such parameter, or no such version of it. */
  function notFound(nameOrArn: string): AwsError {
    const { plain, selector } = selected(nameOrArn);
    const parameter = store.find(plain);
    if (parameter === undefined || selector === undefined) return parameterNotFound();
    const message = /^\d+$/.test(selector)
      ? `could not find version ${selector} of ${parameter.name}. Verify the version and try again.`
      : `could not find label ${selector} for parameter ${parameter.name}. Verify the label and try again.`;
    return new AwsError('ParameterVersionNotFound', `Systems Manager ${message}`);
  }

  function read(nameOrArn: string, action: string, request: RequestContext, decrypts: boolean) {
    const { plain, selector } = selected(nameOrArn);
    request.authorize(`ssm:${action}`, store.arnOf(plain));
    const parameter = store.find(plain);
    const version =
      parameter === undefined
        ? undefined
        : selector === undefined
          ? latestOf(parameter)
          : parameter.versions.find(({ Version }) => String(Version) === selector);
    if (parameter === undefined || version === undefined) return undefined;
    return shape(parameter, version, request, decrypts);
  }

  function shape(parameter: Parameter, version: ParameterVersion, request: RequestContext, decrypts: boolean): object {
    const { Type, KeyId = '' } = version;
    const isSecret = Type === 'SecureString';
    if (isSecret && decrypts) {
      authorizeKey(request.principal, KeyId, 'kms:Decrypt', {
        'kms:ViaService': `ssm.${kernel.region}.amazonaws.com`,
        'kms:EncryptionContext:PARAMETER_ARN': parameter.arn,
      });
    }
    return {
      Name: parameter.name,
      Type,
      // Nothing is encrypted here; what stands for the ciphertext does not show the value.
      Value: isSecret && !decrypts ? Buffer.from(`encrypted ${parameter.name}`).toString('base64') : version.Value,
      Version: version.Version,
      LastModifiedDate: version.changedAt / 1000,
      ARN: parameter.arn,
      DataType: version.DataType,
    };
  }

  return {
    PutParameter(input: PutInput, request) {
      const arn = store.arnOf(input.Name);
      request.authorize('ssm:PutParameter', arn, { 'ssm:Overwrite': String(input.Overwrite === true) });
      if (input.Tags !== undefined && input.Tags.length > 0) {
        request.authorize('ssm:AddTagsToResource', arn);
        if (input.Overwrite === true) {
          throw new AwsError(
            'ValidationException',
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
          );
        }
      }
      if (input.Type === 'SecureString' && input.KeyId !== undefined) {
        authorizeKey(request.principal, input.KeyId, 'kms:Encrypt', {});
      }
      const { version } = putParameter(kernel, store, input, request.principal.arn);
      return { Version: version.Version, Tier: version.Tier };
    },

    GetParameter({ Name, WithDecryption }, request) {
      const Parameter = read(String(Name), 'GetParameter', request, WithDecryption === true);
      if (Parameter === undefined) throw notFound(Name);
      return { Parameter };
    },

    GetParameters({ Names, WithDecryption }, request) {
      const names: readonly string[] = Names ?? [];
      const found = names.map((name) => read(name, 'GetParameters', request, WithDecryption === true));
      return {
        Parameters: found.filter((parameter) => parameter !== undefined),
        InvalidParameters: names.filter((_, index) => found[index] === undefined),
      };
    },

    GetParametersByPath(input, request) {
      const { Path, Recursive, WithDecryption, ParameterFilters = [], MaxResults = 10, NextToken } = input;
      const filters: readonly ParameterFilter[] = ParameterFilters;
      checkPathRequest(Path, filters);
      const path = String(Path).endsWith('/') ? String(Path) : `${Path}/`;
      request.authorize('ssm:GetParametersByPath', store.arnOf(String(Path)));
      const below = store
        .list()
        .filter(({ name }) => name.startsWith(path) && (Recursive || !name.slice(path.length).includes('/')))
        .filter((parameter) => filters.every((filter) => passesFilter(parameter, filter)));
      const list = `ssm:GetParametersByPath:${path}`;
      const options = { list, size: MaxResults, token: NextToken, refusal: 'InvalidNextToken' };
      const { items, nextToken } = pageOf(below, options);
      return {
        Parameters: items.map((parameter) => shape(parameter, latestOf(parameter), request, WithDecryption === true)),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },

    GetParameterHistory({ Name, WithDecryption }, request) {
      request.authorize('ssm:GetParameterHistory', store.arnOf(String(Name)));
      const parameter = store.find(String(Name));
      if (parameter === undefined) throw parameterNotFound();
      return {
        Parameters: parameter.versions.map(({ changedAt, changedBy, ...version }) => ({
          ...version,
          ...shape(parameter, { changedAt, changedBy, ...version }, request, WithDecryption === true),
          LastModifiedUser: changedBy,
          Labels: [],
          Policies: [],
        })),
      };
    },

    DeleteParameter({ Name }, request) {
      request.authorize('ssm:DeleteParameter', store.arnOf(String(Name)));
      const parameter = store.find(String(Name));
      if (parameter === undefined) throw parameterNotFound();
      store.remove(parameter);
      return {};
    },

    DeleteParameters({ Names }, request) {
      const names: readonly string[] = Names ?? [];
      for (const name of names) request.authorize('ssm:DeleteParameters', store.arnOf(name));
      const found = names.flatMap((name) => store.find(name) ?? []);
      for (const parameter of found) store.remove(parameter);
      return {
        DeletedParameters: found.map(({ name }) => name),
        InvalidParameters: names.filter((name) => !found.some((parameter) => parameter.name === name)),
      };
    },
  };
}

/** A parameter's name may end in the version that is wanted. */
function selected(nameOrArn: string): { readonly plain: string; readonly selector: string | undefined } {
  const [, plain = nameOrArn, selector] = /^(arn:(?:[^:]*:){4}[^:]*|[^:]*)(?::(.+))?$/.exec(nameOrArn) ?? [];
  return { plain, selector };
}

/** @throws AwsError ValidationException, InvalidFilterKey */
function checkPathRequest(path: string, filters: readonly ParameterFilter[]): void {
  if (!path.startsWith('/')) {
    throw new AwsError(
      'ValidationException',
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  }
  const wrong = filters.find(({ Key }) => !PATH_FILTERS.includes(Key));
  if (wrong === undefined) return;
  const message = `The following filter key is not valid: ${wrong.Key}. Valid filter keys include: [${PATH_FILTERS.join(', ')}].`;
  throw new AwsError('InvalidFilterKey', message);
}

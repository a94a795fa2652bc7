import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import { latestOf, type Parameter, type ParameterVersion, parameterNotFound } from './parameter-store.ts';
import { type PutInput, putParameter } from './put-parameter.ts';
import type { SsmParts } from './ssm-parts.ts';

/** The operations that write, read and delete parameters. */
export function createParameterOperations({ kernel, store, authorizeKey }: SsmParts): Record<string, Operation> {
  /** A parameter's name may end in the version that is wanted. */
  function read(nameOrArn: string, action: string, request: RequestContext, decrypts: boolean) {
    const [, plain = nameOrArn, selector] = /^(arn:(?:[^:]*:){4}[^:]*|[^:]*)(?::(.+))?$/.exec(nameOrArn) ?? [];
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
      if (Parameter === undefined) throw parameterNotFound();
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

    GetParametersByPath({ Path, Recursive, WithDecryption, MaxResults = 10, NextToken }, request) {
      const path = String(Path).endsWith('/') ? String(Path) : `${Path}/`;
      request.authorize('ssm:GetParametersByPath', store.arnOf(String(Path)));
      const below = store
        .list()
        .filter(({ name }) => name.startsWith(path) && (Recursive || !name.slice(path.length).includes('/')));
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

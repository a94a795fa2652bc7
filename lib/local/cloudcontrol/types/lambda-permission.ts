import { HandlerError } from '../handler-error.ts';
import { identifierParts, type Model, type ResourceSchema, type ResourceType } from '../resource-type.ts';
import { compact, named, TEXT } from '../schema-parts.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::Lambda::Permission',
  properties: {
    ...named(TEXT, 'Id', 'FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount', 'PrincipalOrgID'),
    ...named(TEXT, 'EventSourceToken', 'FunctionUrlAuthType'),
    InvokedViaFunctionUrl: { type: 'boolean' },
  },
  required: ['FunctionName', 'Action', 'Principal'],
  primaryIdentifier: ['FunctionName', 'Id'],
  readOnly: ['Id'],
  createOnly: [
    'FunctionName',
    'Action',
    'Principal',
    'SourceArn',
    'SourceAccount',
    'PrincipalOrgID',
    'EventSourceToken',
    'FunctionUrlAuthType',
    'InvokedViaFunctionUrl',
  ],
  withoutEffect: ['EventSourceToken', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl'],
  listNeeds: ['FunctionName'],
  permissions: {
    create: ['lambda:AddPermission'],
    read: ['lambda:GetPolicy'],
    delete: ['lambda:RemovePermission'],
    list: ['lambda:GetPolicy'],
  },
};

interface Statement {
  readonly Sid: string;
  readonly Action: string;
  readonly Principal: string | { readonly Service?: string; readonly AWS?: string };
  readonly Condition?: {
    readonly ArnLike?: Readonly<Record<string, string>>;
    readonly StringEquals?: Readonly<Record<string, string>>;
  };
}

/** Permissions of functions: statements of their resource policies. */
export const lambdaPermission: ResourceType = {
  schema,
  async create(model, { api, uuid }) {
    const { FunctionName, Action, Principal, SourceArn, SourceAccount, PrincipalOrgID } = model;
    const StatementId = `cloudcontrol-${uuid()}`;
    const body = JSON.stringify(compact({ StatementId, Action, Principal, SourceArn, SourceAccount, PrincipalOrgID }));
    await api.rest('lambda', { method: 'POST', path: policyPath(String(FunctionName)), body });
    return `${FunctionName}|${StatementId}`;
  },
  async read(identifier, { api }) {
    const { FunctionName = '', Id } = identifierParts(schema, identifier);
    const found = (await statements(FunctionName, api)).find(({ Sid }) => Sid === Id);
    if (found === undefined) throw new HandlerError('NotFound', 'The resource you requested does not exist.');
    return modelOf(FunctionName, found);
  },
  async delete(identifier, { api }) {
    const { FunctionName = '', Id = '' } = identifierParts(schema, identifier);
    await api.rest('lambda', { method: 'DELETE', path: `${policyPath(FunctionName)}/${encodeURIComponent(Id)}` });
  },
  async list({ FunctionName }, { api }) {
    return (await statements(String(FunctionName), api)).map(({ Sid }) => `${FunctionName}|${Sid}`);
  },
};

function policyPath(functionName: string): string {
  return `/2015-03-31/functions/${encodeURIComponent(functionName)}/policy`;
}

async function statements(
  functionName: string,
  api: Parameters<ResourceType['read']>[1]['api'],
): Promise<readonly Statement[]> {
  const { Policy } = JSON.parse(await api.rest('lambda', { method: 'GET', path: policyPath(functionName) }));
  return JSON.parse(Policy).Statement;
}

function modelOf(FunctionName: string, { Sid, Action, Principal, Condition = {} }: Statement): Model {
  const { ArnLike = {}, StringEquals = {} } = Condition;
  return compact({
    FunctionName,
    Id: Sid,
    Action,
    Principal: typeof Principal === 'string' ? Principal : (Principal.Service ?? Principal.AWS),
    SourceArn: ArnLike['AWS:SourceArn'],
    SourceAccount: StringEquals['AWS:SourceAccount'],
    PrincipalOrgID: StringEquals['aws:PrincipalOrgID'],
  });
}

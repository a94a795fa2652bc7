import type { TransferOverview } from '../../local/transfer/overview.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import type { Rename } from '../construct-names.ts';

/** One action of a stage, as CodePipeline's own page shows it. */
export interface ActionView {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly summary: string;
  /** A manual approval that waits for somebody. */
  readonly waitsForApproval: boolean;
  readonly inputArtifacts: readonly string[];
  readonly outputArtifacts: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** One pipeline. */
export interface PipelineView {
  readonly name: string;
  /** The construct path. */
  readonly label: string;
  /** Where its source action reads from, where that is a bucket. */
  readonly source: { readonly bucket: string; readonly key: string } | undefined;
  readonly stages: readonly {
    readonly name: string;
    readonly status: string;
    readonly actions: readonly ActionView[];
  }[];
  /** Newest first. */
  readonly executions: readonly { readonly id: string; readonly status: string; readonly startedAt: number }[];
}

/** A product, what was provisioned of it, and the records of that. */
export interface CatalogView {
  readonly products: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly canBeLaunched: boolean;
    readonly versions: readonly { readonly id: string; readonly name: string }[];
  }[];
  readonly provisioned: readonly {
    readonly id: string;
    readonly name: string;
    readonly productId: string;
    readonly productName: string;
    readonly versionId: string;
    readonly status: string;
    readonly statusMessage: string;
    readonly outputs: readonly { readonly key: string; readonly value: string }[];
  }[];
  /** Newest first. */
  readonly records: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly status: string;
    readonly errors: readonly string[];
  }[];
}

/** One request of Cloud Control, and what hooks said to it. */
export interface ResourceRequestView {
  readonly id: string;
  readonly typeName: string;
  readonly identifier: string;
  readonly operation: string;
  readonly status: string;
  readonly errorCode: string;
  readonly message: string;
  readonly at: number;
  readonly hooks: readonly { readonly typeName: string; readonly status: string; readonly message: string }[];
}

/** The services' side of things. */
export interface ServicesView {
  readonly pipelines: readonly PipelineView[];
  readonly transfer: TransferOverview;
  readonly catalog: CatalogView;
  readonly requests: readonly ResourceRequestView[];
}

// biome-ignore lint/suspicious/noExplicitAny: the shapes are AWS's, and the models of the services hold them
type Wire = any;

const MOST = 30;

/** Looks at all services as their own consoles do, by their APIs. */
export async function servicesView(parts: ConsoleParts): Promise<ServicesView> {
  const { cloud } = parts;
  const { pipelines } = (await cloud.ask('codepipeline', 'ListPipelines', {})) as Wire;
  const view = {
    pipelines: await Promise.all(pipelines.map(({ name }: Wire) => pipelineView(name, parts))),
    transfer: cloud.transfer.overview(),
    catalog: await catalogView(parts),
    requests: await requestsView(parts),
  };
  return parts.withholder.withhold(renamed(view, parts.rename)) as ServicesView;
}

async function pipelineView(name: string, { cloud, rename }: ConsoleParts): Promise<PipelineView> {
  const { pipeline } = (await cloud.ask('codepipeline', 'GetPipeline', { name })) as Wire;
  const { stageStates } = (await cloud.ask('codepipeline', 'GetPipelineState', { name })) as Wire;
  const { pipelineExecutionSummaries } = (await cloud.ask('codepipeline', 'ListPipelineExecutions', {
    pipelineName: name,
    maxResults: MOST,
  })) as Wire;
  const [latest] = pipelineExecutionSummaries;
  const runs = latest === undefined ? [] : await runsOf(name, latest.pipelineExecutionId, cloud);
  const source = pipeline.stages[0]?.actions.find(({ actionTypeId }: Wire) => actionTypeId.provider === 'S3');
  return {
    name,
    label: rename(name),
    source: source && { bucket: source.configuration.S3Bucket, key: source.configuration.S3ObjectKey },
    stages: pipeline.stages.map((stage: Wire) => {
      const state = stageStates.find(({ stageName }: Wire) => stageName === stage.name);
      return {
        name: stage.name,
        status: state?.latestExecution?.status ?? 'not run yet',
        actions: stage.actions.map((action: Wire) => actionView(stage.name, action, state, runs)),
      };
    }),
    executions: pipelineExecutionSummaries.map(({ pipelineExecutionId, status, startTime }: Wire) => ({
      id: pipelineExecutionId,
      status,
      startedAt: startTime * 1000,
    })),
  };
}

async function runsOf(pipelineName: string, pipelineExecutionId: string, cloud: ConsoleParts['cloud']) {
  const { actionExecutionDetails } = (await cloud.ask('codepipeline', 'ListActionExecutions', {
    pipelineName,
    filter: { pipelineExecutionId },
  })) as Wire;
  return actionExecutionDetails as readonly Wire[];
}

function actionView(stage: string, action: Wire, state: Wire, runs: readonly Wire[]): ActionView {
  const { latestExecution = {} } = state?.actionStates.find(({ actionName }: Wire) => actionName === action.name) ?? {};
  const run = runs.find((found) => found.stageName === stage && found.actionName === action.name);
  const { owner, category, provider } = action.actionTypeId;
  return {
    name: action.name,
    type: `${owner}/${category}/${provider}`,
    status: latestExecution.status ?? 'not run yet',
    summary: latestExecution.errorDetails?.message ?? latestExecution.summary ?? '',
    waitsForApproval: latestExecution.token !== undefined && latestExecution.status === 'InProgress',
    inputArtifacts: (action.inputArtifacts ?? []).map(({ name }: Wire) => name),
    outputArtifacts: (action.outputArtifacts ?? []).map(({ name }: Wire) => name),
    variables: run?.output?.outputVariables ?? {},
  };
}

async function catalogView({ cloud }: ConsoleParts): Promise<CatalogView> {
  const { ProvisionedProducts } = (await cloud.ask('servicecatalog', 'SearchProvisionedProducts', {})) as Wire;
  const { RecordDetails } = (await cloud.ask('servicecatalog', 'ListRecordHistory', {})) as Wire;
  const outputsOf = async (id: string) => {
    const { Outputs } = (await cloud.ask('servicecatalog', 'GetProvisionedProductOutputs', {
      ProvisionedProductId: id,
    })) as Wire;
    return Outputs.map(({ OutputKey = '', OutputValue = '' }: Wire) => ({ key: OutputKey, value: OutputValue }));
  };
  return {
    products: cloud.servicecatalog.products(),
    provisioned: await Promise.all(
      ProvisionedProducts.map(async (found: Wire) => ({
        id: found.Id,
        name: found.Name,
        productId: found.ProductId,
        productName: found.ProductName,
        versionId: found.ProvisioningArtifactId,
        status: found.Status,
        statusMessage: found.StatusMessage ?? '',
        outputs: await outputsOf(found.Id),
      })),
    ),
    records: RecordDetails.slice(0, MOST).map((record: Wire) => ({
      id: record.RecordId,
      name: record.ProvisionedProductName,
      type: record.RecordType,
      status: record.Status,
      errors: record.RecordErrors.map(({ Description }: Wire) => Description),
    })),
  };
}

async function requestsView({ cloud }: ConsoleParts): Promise<readonly ResourceRequestView[]> {
  const { ResourceRequestStatusSummaries } = (await cloud.ask('cloudcontrol', 'ListResourceRequests', {
    MaxResults: MOST,
  })) as Wire;
  return Promise.all(
    ResourceRequestStatusSummaries.map(async (found: Wire) => {
      const { HooksProgressEvent = [] } = (await cloud.ask('cloudcontrol', 'GetResourceRequestStatus', {
        RequestToken: found.RequestToken,
      })) as Wire;
      return {
        id: found.RequestToken,
        typeName: found.TypeName,
        identifier: found.Identifier ?? '',
        operation: found.Operation,
        status: found.OperationStatus,
        errorCode: found.ErrorCode ?? '',
        message: found.StatusMessage ?? '',
        at: found.EventTime * 1000,
        hooks: HooksProgressEvent.map((hook: Wire) => ({
          typeName: hook.HookTypeName,
          status: hook.HookStatus,
          message: hook.HookStatusMessage ?? '',
        })),
      };
    }),
  );
}

/** Texts with construct paths, except what requests name things by. */
function renamed(value: unknown, rename: Rename, member = ''): unknown {
  if (typeof value === 'string') return /^(id|name|bucket|key|.*Id)$/.test(member) ? value : rename(value);
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename, member));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner, rename, name)]));
}

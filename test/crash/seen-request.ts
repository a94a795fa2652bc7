import { cloudControlClient } from '../../infra/scenarios/cloud-control-client.ts';
import type { StageClient } from './stage-client.ts';

/** A request of Cloud Control, as it stands when a play is over. */
export interface SeenRequest {
  readonly requestToken: string;
  readonly typeName: string;
  readonly operation: string;
  readonly identifier: string;
  readonly status: string;
  readonly message: string;
  readonly hooks: readonly { readonly status: string; readonly message: string }[];
  /** Whether its resource is there. */
  readonly exists: boolean;
}

/** What is named after a play begins so, somewhere in its identifier. */
export const nameOf = (play: string, rest: string) => `${play}-${rest}`;

type Answer = Readonly<Record<string, string>>;

/** Asks Cloud Control for the requests about everything that is named after a play. */
export async function seeRequests(
  stage: { readonly client: StageClient },
  play: string,
): Promise<readonly SeenRequest[]> {
  const call = cloudControlClient({ client: { ...stage.client, forcePathStyle: true } });
  const summaries: Answer[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call('ListResourceRequests', { MaxResults: 100, ...(NextToken && { NextToken }) });
    summaries.push(...((page.ResourceRequestStatusSummaries ?? []) as Answer[]));
    NextToken = page.NextToken as string | undefined;
  } while (NextToken !== undefined);
  const isNamed = new RegExp(`(^|[^\\w-])${nameOf(play, '')}`);
  const its = summaries.filter(({ Identifier = '' }) => isNamed.test(Identifier));
  return Promise.all(
    its.map(async ({ RequestToken = '', TypeName = '', Identifier = '' }) => {
      const { ProgressEvent, HooksProgressEvent = [] } = await call('GetResourceRequestStatus', { RequestToken });
      const { Operation = '', OperationStatus = '', StatusMessage = '', ErrorCode } = ProgressEvent as Answer;
      const exists = await call('GetResource', { TypeName, Identifier }).then(
        () => true,
        () => false,
      );
      return {
        requestToken: RequestToken,
        typeName: TypeName,
        operation: Operation,
        identifier: Identifier,
        status: OperationStatus,
        message: [ErrorCode, StatusMessage].filter(Boolean).join(': '),
        hooks: (HooksProgressEvent as Answer[]).map(({ HookStatus = '', HookStatusMessage = '' }) => ({
          status: HookStatus,
          message: HookStatusMessage,
        })),
        exists,
      };
    }),
  );
}

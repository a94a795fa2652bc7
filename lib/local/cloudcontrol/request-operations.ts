import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation } from '../kernel/service.ts';
import { authorizeOperation, type CloudControlParts } from './cloudcontrol-parts.ts';
import { hookProgressEvent, progressEvent } from './progress-event.ts';
import { STABILIZE_MS } from './request-runner.ts';
import type { ResourceRequest } from './request-store.ts';

interface ListInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly ResourceRequestStatusFilter?: {
    readonly Operations?: readonly string[];
    readonly OperationStatuses?: readonly string[];
  };
}

interface TokenInput {
  readonly RequestToken: string;
}

const DEFAULT_PAGE = 20;

/** The operations on requests: their status, their list, and to cancel one. */
export function createRequestOperations(parts: CloudControlParts): Record<string, Operation> {
  const { kernel, requests, runner } = parts;
  const shape = (request: ResourceRequest) => progressEvent(request, kernel.clock.now() + STABILIZE_MS);
  return {
    GetResourceRequestStatus({ RequestToken }: TokenInput, context) {
      authorizeOperation(parts, context, 'GetResourceRequestStatus');
      const request = requests.get(RequestToken);
      return {
        ProgressEvent: shape(request),
        ...(request.hooks.length === 0 ? {} : { HooksProgressEvent: request.hooks.map(hookProgressEvent) }),
      };
    },

    ListResourceRequests(input: ListInput, context) {
      authorizeOperation(parts, context, 'ListResourceRequests');
      const { MaxResults = DEFAULT_PAGE, NextToken, ResourceRequestStatusFilter: filter = {} } = input;
      const { Operations, OperationStatuses } = filter;
      const fitting = requests
        .list()
        .filter(({ operation }) => Operations === undefined || Operations.includes(operation))
        .filter(({ status }) => OperationStatuses === undefined || OperationStatuses.includes(status));
      const list = 'cloudformation:ListResourceRequests';
      const { items, nextToken } = pageOf(fitting, {
        list,
        size: MaxResults,
        token: NextToken,
        refusal: 'ValidationException',
      });
      return {
        ResourceRequestStatusSummaries: items.map(shape),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },

    CancelResourceRequest({ RequestToken }: TokenInput, context) {
      authorizeOperation(parts, context, 'CancelResourceRequest');
      const request = requests.get(RequestToken);
      if (request.status === 'SUCCESS' || request.status === 'FAILED') {
        throw new AwsError('ValidationException', `Request ${RequestToken} is already in status ${request.status}`);
      }
      if (request.status === 'IN_PROGRESS') runner.cancel(request);
      return { ProgressEvent: progressEvent(request) };
    },
  };
}

import type { ActionBody } from '../actions/action-input.ts';
import { productParameters, provision, terminate, update } from '../actions/catalog-actions.ts';
import { armFault, disarmFault, goToNext, moveClock, setSpeed } from '../actions/cloud-actions.ts';
import { completeOwed, runAgain, sendEvent } from '../actions/function-actions.ts';
import { approve, startPipeline } from '../actions/pipeline-actions.ts';
import { uploadFile } from '../actions/transfer-actions.ts';
import type { ConsoleParts } from './console-parts.ts';

/** Does something to the cloud. @throws ApiError, AwsError */
export type Action = (body: ActionBody, parts: ConsoleParts) => Promise<object>;

/** The actions of the API, by the last part of their path. */
export const actions: Readonly<Record<string, Action>> = {
  'start-pipeline': startPipeline,
  approve,
  'upload-file': uploadFile,
  'product-parameters': productParameters,
  provision,
  update,
  terminate,
  complete: completeOwed,
  'send-event': sendEvent,
  'run-again': runAgain,
  'arm-fault': armFault,
  'disarm-fault': disarmFault,
  'set-speed': setSpeed,
  'move-clock': moveClock,
  'go-to-next': goToNext,
};

import type { AdoptionProps } from './adoption-props.ts';
import type { HandlerFunctionProps } from './handler-function-props.ts';

/** Properties of `CallbackFunction`. */
export interface CallbackFunctionProps
  extends Omit<HandlerFunctionProps, 'maxEventAge' | 'onFailure' | 'onSuccess' | 'retryAttempts'>,
    AdoptionProps {}

import type { LocalCloud } from '../../local/cloud.ts';

/** A fault that somebody armed in the console. */
export interface ArmedFaultView {
  readonly id: number;
  readonly spec: string;
}

/** The faults that were armed in the console. */
export interface ArmedFaults {
  list(): readonly ArmedFaultView[];
  /** @throws FaultSpecError */
  arm(spec: string): ArmedFaultView;
  /** Takes a fault back; whether it was there. */
  disarm(id: number): boolean;
}

/** Creates an empty list. */
export function createArmedFaults({ faults }: Pick<LocalCloud, 'faults'>): ArmedFaults {
  const armed = new Map<number, { readonly spec: string; readonly takeBack: () => void }>();
  let ids = 0;
  return {
    list: () => [...armed].map(([id, { spec }]) => ({ id, spec })),
    arm(spec) {
      const id = ++ids;
      armed.set(id, { spec, takeBack: faults.add(spec) });
      return { id, spec };
    },
    disarm(id) {
      armed.get(id)?.takeBack();
      return armed.delete(id);
    },
  };
}

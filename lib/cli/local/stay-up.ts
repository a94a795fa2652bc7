import { passToNext } from '../../console/pass-to-next.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { CloudView } from './cloud-view.ts';
import { type KeySource, readKeys } from './keys.ts';

const FASTEST = 100_000;
const KEYS = 'keys: n to what happens next · + faster · - slower · 1 real time · Ctrl-C ends';

/** What {@link stayUp} works with. */
export interface StayUpOptions {
  readonly cloud: LocalCloud;
  readonly view: CloudView;
  /** How fast time passes from here on. */
  readonly speed: number;
  readonly keys: KeySource;
  readonly interrupt: () => void;
  readonly signal: AbortSignal;
}

/** Keeps the cloud up until the signal aborts; time passes at a person's pace, and keys change that. */
export async function stayUp({ cloud, view, speed, keys, interrupt, signal }: StayUpOptions): Promise<void> {
  const { clock } = cloud;
  let passing = false;
  const setSpeed = (wanted: number) => clock.setSpeed(Math.min(FASTEST, Math.max(1, Math.round(wanted))));

  async function skip(): Promise<void> {
    if (passing) return;
    passing = true;
    view.say('on the way to what happens next', KEYS);
    const happened = await passToNext(cloud, signal);
    passing = false;
    view.say(happened ? undefined : 'nothing happened within an hour', KEYS);
  }

  setSpeed(speed);
  const slower = () => setSpeed(clock.speed / 4);
  const faster = () => setSpeed(clock.speed * 4);
  const stopKeys = readKeys(keys, {
    interrupt,
    keys: { n: () => void skip(), '+': faster, '=': faster, '-': slower, '1': () => setSpeed(1), q: interrupt },
  });
  view.say(undefined, keys.isTTY === true ? KEYS : undefined);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  stopKeys();
}

import { elapsedTime } from '../../../core/kernel/time/clock';

const now = (): number => Date.now();
const monotonic = (): number => performance.now();

/** The machine's time, as `Clock` tells its readings apart. Nothing else in `src` reads it. */
export const systemTime = { now, monotonic, elapsed: elapsedTime({ now, monotonic }) } as const;

import { systemTime } from '../../api/http/times/systemTime';
import type { Clock } from '../../core/kernel/time/clock';

/** Node runs a longer timer at once: 24.8 days, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  ...systemTime,
  after: (delayMs, callback) => {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestTimerMs);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : callback()), stepMs);
    };
    wait(delayMs);
    return { dispose: () => clearTimeout(timer) };
  },
};

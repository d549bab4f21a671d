/** How long things take by default, in milliseconds. */
const defaults = {
  /** Cold start: from placement to `running`. */
  boot: 3_000,
  /** Start from preserved memory: resume, copy, restore of a memory snapshot. */
  resume: 1_000,
  /** `suspending` to `suspended`. */
  suspend: 2_000,
  /** `snapshotting` back to `running`; the snapshot is `local_ready` then. */
  snapshot: 3_000,
  /** `local_ready` to `completed`. */
  upload: 4_000,
  /** How long it takes until the sandbox of a daemon that was killed has ended. */
  crash: 3_000,
  /** A live resize, from `pending` to `succeeded`. */
  resize: 2_000,
  /** How long a terminated sandbox stays in the list before only the archive holds it. */
  archive: 600_000,
  /** How long create and copy hold a request open before they answer 504. */
  createWait: 60_000,
  /** How long a queued create waits for capacity when it names no bound. */
  pending: 3_600_000,
  /** The length of one second of `timeout_secs` and `max_pending_secs`. */
  second: 1_000,
};

/** How long things take, in milliseconds. */
export type Timings = Readonly<typeof defaults>;

/** Durations, and what the idle timeout does. */
export interface LifecycleTimings extends Timings {
  /** Whether it suspends sandboxes without a name too (API reference section 7, U7). */
  readonly idleSuspendsAll: boolean;
  /** Whether `timeout_secs` counts from the creation, whatever goes to the sandbox, and 0 is no limit. */
  readonly timeoutIsLifetime: boolean;
  /** Whether a snapshot ends its sandbox. */
  readonly snapshotEnds: boolean;
}

/**
 * The defaults divided by `speed`, with `overrides` laid over them as they are.
 *
 * @throws RangeError when `speed` is not a positive number, or an override is negative or not a number
 */
export function resolveTimings(overrides: Partial<Timings> = {}, speed = 1): Timings {
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError('speed must be a positive number');
  return resolve({ ...defaults }, overrides, speed);
}

function resolve<Name extends string>(
  timings: Record<Name, number>,
  overrides: Readonly<Partial<Record<Name, number>>>,
  speed: number,
): Record<Name, number> {
  for (const name in timings) {
    const ms = overrides[name] ?? timings[name] / speed;
    if (!(ms >= 0)) throw new RangeError(`timings.${name} must not be negative`);
    timings[name] = ms;
  }
  return timings;
}

/** How long things take, in milliseconds. */
export interface Timings {
  /** Cold start: from placement to `running`. */
  readonly boot: number;
  /** Start from preserved memory: resume, copy, restore of a memory snapshot. */
  readonly resume: number;
  /** `suspending` to `suspended`. */
  readonly suspend: number;
  /** `snapshotting` back to `running`; the snapshot is `local_ready` then. */
  readonly snapshot: number;
  /** `local_ready` to `completed`. */
  readonly upload: number;
  /** A live resize, from `pending` to `succeeded`. */
  readonly resize: number;
  /** How long a terminated sandbox stays in the list before only the archive knows it. */
  readonly archive: number;
  /** How long create and copy hold a request open before they answer 504. */
  readonly createWait: number;
  /** How long a queued create waits for capacity when it does not say. */
  readonly pending: number;
  /** The length of one second of `timeout_secs` and `max_pending_secs`. */
  readonly second: number;
}

/** Durations, and what happens when the one of idling is over. */
export interface LifecycleTimings extends Timings {
  /** Whether a sandbox without a name is suspended too (API reference section 7, U7). */
  readonly idleSuspendsAll: boolean;
}

const defaultTimings: Timings = {
  boot: 3_000,
  resume: 1_000,
  suspend: 2_000,
  snapshot: 3_000,
  upload: 4_000,
  resize: 2_000,
  archive: 600_000,
  createWait: 60_000,
  pending: 3_600_000,
  second: 1_000,
};

/**
 * The defaults with `overrides` laid over them, the defaults divided by `speed`. An override is taken as it is given.
 *
 * @throws RangeError when `speed` is not a positive number, or an override is negative or not a number
 */
export function resolveTimings(overrides: Partial<Timings> = {}, speed = 1): Timings {
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError('speed must be a positive number');
  const pick = (name: keyof Timings): number => {
    const ms = overrides[name] ?? defaultTimings[name] / speed;
    if (!(ms >= 0)) throw new RangeError(`timings.${name} must not be negative`);
    return ms;
  };
  return {
    boot: pick('boot'),
    resume: pick('resume'),
    suspend: pick('suspend'),
    snapshot: pick('snapshot'),
    upload: pick('upload'),
    resize: pick('resize'),
    archive: pick('archive'),
    createWait: pick('createWait'),
    pending: pick('pending'),
    second: pick('second'),
  };
}

const mebibyte = 1024 * 1024;

/** How much output may wait, in bytes. */
interface RoomBounds {
  /** That of one terminal. */
  readonly each: number;
  /** That of all terminals together. */
  readonly all: number;
  /** What one may have although the others have filled the room. */
  readonly least: number;
}

const defaultBounds: RoomBounds = { each: 48 * mebibyte, all: 64 * mebibyte, least: mebibyte };

/**
 * The room in which output of paused terminals waits. A server drops a client that is thousands of chunks behind, and what
 * came meanwhile is lost, so a burst waits here before the socket is paused as well; of many terminals that are flooded at
 * once, most wait at the server.
 */
export class OutputRoom {
  private readonly bounds: RoomBounds;
  private bytes = 0;

  constructor(bounds: Partial<RoomBounds> = {}) {
    this.bounds = { ...defaultBounds, ...bounds };
  }

  /** A place for the output of one terminal. */
  place(): OutputPlace {
    return new OutputPlace(this.bounds, change => (this.bytes += change));
  }
}

/** What waits of one terminal. */
export class OutputPlace {
  private bytes = 0;

  /** @param note counts a change of what waits here, and returns how much waits of all */
  constructor(
    private readonly bounds: RoomBounds,
    private readonly note: (change: number) => number,
  ) {}

  /** Says how much waits now. @returns whether nothing more should come */
  hold(bytes: number): boolean {
    const all = this.note(bytes - this.bytes);
    this.bytes = bytes;
    return bytes > this.bounds.each || (all > this.bounds.all && bytes > this.bounds.least);
  }
}

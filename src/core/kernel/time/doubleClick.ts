/** Two clicks on the same thing within this time are a double click, in milliseconds. @internal */
export const doubleClickMs = 500;

/** Tells the second click of a double click from others. */
export class DoubleClicks {
  private last: { readonly on: unknown; readonly atMs: number } | undefined;

  /** Takes a click; true for the second of a double click. */
  take(on: unknown, nowMs: number): boolean {
    const { last } = this;
    const isSecond =
      last !== undefined && last.on === on && nowMs >= last.atMs && nowMs - last.atMs <= doubleClickMs;
    this.last = isSecond ? undefined : { on, atMs: nowMs };
    return isSecond;
  }
}

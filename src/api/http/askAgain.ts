/** A request under way, whose answer is read as a whole. */
export interface Asked<T> {
  readonly answer: Promise<T>;
  /** Makes `answer` reject, unless it has been read. */
  abandon(): void;
}

/**
 * Sends a request; where no answer begins in time, sends it a second time, and takes the answer that begins first. An
 * idle connection may have died without a word, when the machine slept or the network changed, and says so only after
 * half a minute or never. For requests whose repetition changes nothing.
 *
 * @param begin sends it; `onHead` is to be called when its answer begins
 * @param again sends it over a new connection; undefined where it is not to be sent again
 * @throws what the one of the two threw that failed last
 */
export function askAgain<T>(
  begin: (onHead: () => void) => Asked<T>,
  again: (onHead: () => void) => Asked<T> | undefined,
  silentMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const open = new Set<Asked<T>>();
    const leave = (other: Asked<T> | undefined): void => {
      clearTimeout(timer);
      other?.abandon();
    };
    const follow = (asked: Asked<T>): void => {
      open.add(asked);
      asked.answer.then(
        answer => {
          clearTimeout(timer);
          resolve(answer);
        },
        (error: unknown) => {
          open.delete(asked);
          if (open.size > 0) return;
          clearTimeout(timer);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    };
    let second: Asked<T> | undefined;
    const timer = setTimeout(() => {
      second = again(() => leave(first));
      if (second) follow(second);
    }, silentMs);
    const first = begin(() => leave(second));
    follow(first);
  });
}

/** Takes an error that nobody else can handle. */
type UnexpectedErrorHandler = (error: unknown) => void;

/** Until somebody takes them, such errors end up where the platform reports those that nobody caught. */
const uncaught: UnexpectedErrorHandler = error => {
  setTimeout(() => {
    throw error;
  });
};

let handler = uncaught;

/** Says who takes errors of callbacks, which must not end what called them. Without a handler, nobody does any more. */
export function setUnexpectedErrorHandler(next: UnexpectedErrorHandler | undefined): void {
  handler = next ?? uncaught;
}

/** Reports an error of a callback; the caller goes on. Never throws. */
export function onUnexpectedError(error: unknown): void {
  try {
    handler(error);
  } catch (failure) {
    uncaught(failure);
  }
}

/** Calls what belongs to somebody else; what it throws is reported, and `otherwise` returned. */
export function isolated<T>(call: () => T, otherwise: T): T {
  try {
    return call();
  } catch (error) {
    onUnexpectedError(error);
    return otherwise;
  }
}

/** Lets a promise that nobody waits for run on; what it rejects with is reported. */
export function inBackground(promise: PromiseLike<unknown>): void {
  promise.then(undefined, onUnexpectedError);
}

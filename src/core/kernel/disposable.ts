import { isolated } from './unexpected';

/** Something that holds a resource until it is disposed; the editor's `Disposable` is compatible. */
export interface DisposableLike {
  dispose(): unknown;
}

/**
 * Owns disposables and disposes them in reverse order. Anything added after disposal is disposed at once, so a
 * constructor that finishes late cannot leak. One that throws is reported, and the others are disposed all the same.
 */
export class DisposableStore implements DisposableLike {
  private readonly items: DisposableLike[] = [];
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Takes ownership of `item` and returns it. */
  add<T extends DisposableLike>(item: T): T {
    if (this.disposed) isolated(() => item.dispose(), undefined);
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of this.items.splice(0).reverse()) isolated(() => item.dispose(), undefined);
  }
}

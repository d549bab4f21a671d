import type { TreeDragAndDropController } from 'vscode';
import type { CommandContext } from '../app/appContext';
import { lazyDrops } from '../host/editor/lazyDrops';
import type { LoadedFileSystem } from '../host/editor/lazyProviders';
import type { ChildSection } from '../app/childNodes';

/** What there is to see inside sandboxes, loaded when somebody looks. */
export interface LazyInside<T> {
  readonly sections: () => Promise<readonly ChildSection[]>;
  readonly fileSystem: () => Promise<LoadedFileSystem>;
  readonly drops: TreeDragAndDropController<T>;
}

/** @param context asked for when something is loaded */
export function lazyInside<T>(context: () => CommandContext): LazyInside<T> {
  return {
    sections: async () => (await import('./services')).sectionsOf(context()),
    fileSystem: async () => new (await import('./files/fileSystem')).SandboxFileSystem(context()),
    drops: lazyDrops<T>(async () => (await import('./files/dragAndDrop')).dropsOf(context())),
  };
}

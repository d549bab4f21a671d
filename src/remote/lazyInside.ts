import type { TreeDragAndDropController } from 'vscode';
import type { CommandContext } from '../commands/commandContext';
import { lazyDrops } from '../host/lazyDrops';
import type { LoadedFileSystem } from '../host/lazyFileSystem';
import type { ChildSection } from '../views/childRows';

/** What there is to see inside sandboxes, loaded when somebody looks. */
export interface LazyInside<T> {
  readonly sections: () => Promise<readonly ChildSection[]>;
  readonly fileSystem: () => Promise<LoadedFileSystem>;
  readonly drops: TreeDragAndDropController<T>;
}

/** @param context asked for when something is loaded */
export function lazyInside<T>(context: () => CommandContext): LazyInside<T> {
  return {
    sections: async () => (await import('./sections')).sectionsOf(context()),
    fileSystem: async () => new (await import('./files/fileSystem')).SandboxFileSystem(context()),
    drops: lazyDrops<T>(async () => (await import('./files/dragAndDrop')).dropsOf(context())),
  };
}

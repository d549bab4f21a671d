import { l10n, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import { isCancellation, reportFailure } from './messages';

/** What can be dragged out of a tree, and what happens to what is dropped on it. */
export interface LoadedDrops {
  drag(lines: readonly unknown[], data: DataTransfer): void;
  drop(line: unknown, data: DataTransfer): Promise<void>;
}

/** Drag and drop that is loaded when somebody drags something. */
export function lazyDrops<T>(load: () => Promise<LoadedDrops>): TreeDragAndDropController<T> {
  return {
    dropMimeTypes: ['text/uri-list'],
    dragMimeTypes: ['text/uri-list'],
    handleDrag: async (lines, data) => {
      (await load()).drag(lines, data);
    },
    handleDrop: async (line, data) => {
      try {
        if (line !== undefined) await (await load()).drop(line, data);
      } catch (error) {
        if (!isCancellation(error))
          await reportFailure(l10n.t('Could not take what was dropped'), error, () => undefined);
      }
    },
  };
}

import { type TreeDragAndDropController, window } from 'vscode';
import type { CommandContext } from '../app/appContext';
import type { ChildSection } from '../app/childNodes';
import { type DisposableLike, DisposableStore } from '../core/kernel/disposable';
import { lazyDrops, type LoadedFileSystem } from '../host/editor/lazyProviders';
import { shownTerminalsKey, terminalProfileId } from '../manifest';

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

/** Offers terminals in sandboxes among those of the editor, and those that the window showed before it was reloaded. */
export function hookTerminals(context: CommandContext): DisposableLike {
  const disposables = new DisposableStore();
  disposables.add(
    window.registerTerminalProfileProvider(terminalProfileId, {
      provideTerminalProfile: async () => {
        const { terminalProfile } = await import('./terminal/terminalProfile');
        return await terminalProfile(context);
      },
    }),
  );
  const left: unknown = context.keeping.here.get(shownTerminalsKey);
  if (!Array.isArray(left) || left.length === 0) return disposables;
  const listed = disposables.add(
    context.store.onDidChange(({ current }) => {
      if (current.status.kind !== 'fresh') return;
      listed.dispose();
      void import('./terminal/restoreTerminals').then(({ comeBack }) => comeBack(context));
    }),
  );
  return disposables;
}

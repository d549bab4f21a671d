import { window } from 'vscode';
import type { CommandContext } from '../app/appContext';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { shownTerminalsKey, terminalProfileId } from '../manifest';

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

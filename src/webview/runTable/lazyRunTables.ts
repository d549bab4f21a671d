import type { Uri } from 'vscode';
import type { RunTables } from '../../app/features';
import type { Clock } from '../../core/kernel/time/clock';
import type { DisposableStore } from '../../core/kernel/disposable';

/**
 * Tables in editor tabs, whose code is loaded when the first one opens.
 *
 * @param lifetime closes the open tables when it is disposed
 */
export function lazyRunTables(clock: Clock, extensionUri: Uri, lifetime: DisposableStore): RunTables {
  return {
    open: async (table, isQuiet) => {
      const { RunTablePanel } = await import('./runTablePanel');
      return lifetime.add(new RunTablePanel(table, clock, extensionUri, isQuiet));
    },
  };
}

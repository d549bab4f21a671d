import { EventEmitter, l10n, window, FileDecoration, type FileDecorationProvider, type Uri } from 'vscode';
import type { SandboxStore } from '../../../core/list/store';
import { DisposableStore, type DisposableLike } from '../../../core/kernel/disposable';
import { parseFileUri } from '../../../host/editor/documents/documentUris';
import { shownInTabs } from '../../../host/editor/documents/openTabs';

/** Says in the tooltip of a file, of its tab for one, which sandbox it is from: its address has the id alone. */
export class SandboxDecorations implements FileDecorationProvider, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<Uri[]>());
  readonly onDidChangeFileDecorations = this.changes.event;

  constructor(
    store: Pick<SandboxStore, 'onDidChange'>,
    private readonly nameOf: (sandboxId: string) => string,
  ) {
    this.disposables.add(window.registerFileDecorationProvider(this));
    this.disposables.add(
      store.onDidChange(({ previous, current }) => {
        const renamed = shownInTabs().filter(uri => {
          const id = parseFileUri(uri)?.sandboxId ?? '';
          return previous.rows.get(id)?.sandbox.name !== current.rows.get(id)?.sandbox.name;
        });
        if (renamed.length > 0) this.changes.fire(renamed);
      }),
    );
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    const parsed = parseFileUri(uri);
    const text = parsed && l10n.t('In the sandbox {0}', this.nameOf(parsed.sandboxId));
    return text === undefined ? undefined : new FileDecoration(undefined, text);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

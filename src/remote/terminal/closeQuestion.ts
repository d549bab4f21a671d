import { commands, l10n } from 'vscode';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { AppContext } from '../../app/appContext';
import { inform, offerAny } from '../../host/editor/dialogs/messages';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { rowName } from '../../text/sandbox/rowText';
import { openSettings, readSetting, writeSetting } from '../../host/editor/settings';
import type { MementoLike } from '../../host/storage/mementos/mementoLike';
import { commandIds } from '../../manifest';
import type { TerminalRecord } from '../../core/terminal/detachedShell';

/** In the global storage: whether it was said what becomes of a shell that is detached. */
const toldKey = 'tensorlake.detachTold';

type Choice = 'detach' | 'end' | 'alwaysDetach' | 'alwaysEnd';

/** Decides what becomes of a shell whose terminal was closed: it is detached, unless a setting says otherwise. */
export class CloseQuestion {
  /** Shells whose terminals were closed while the question was open; the answer applies to all of them. */
  private waiting: TerminalRecord[] | undefined;

  constructor(
    private readonly app: Pick<AppContext, 'store' | 'log'>,
    private readonly memento: MementoLike,
    private readonly end: (record: TerminalRecord) => Promise<void>,
  ) {}

  /** Asks, unless a setting answers. The shell keeps running until the user chooses to end it. */
  async ask(record: TerminalRecord): Promise<void> {
    const setting = readSetting('tensorlake.terminal.onClose');
    // In a sandbox that is not running a shell cannot be ended without resuming the sandbox.
    if (!this.isRunning(record)) return;
    if (setting === 'detach') {
      await this.tellOnce(record);
      return;
    }
    if (this.waiting) {
      this.waiting.push(record);
      return;
    }
    const records = (this.waiting = [record]);
    const choice = setting === 'end' ? 'end' : await this.choose(record);
    this.waiting = undefined;
    if (choice === 'alwaysDetach') await writeSetting('tensorlake.terminal.onClose', 'detach');
    if (choice === 'alwaysEnd') await writeSetting('tensorlake.terminal.onClose', 'end');
    if (choice === 'end' || choice === 'alwaysEnd') for (const each of records) await this.endQuietly(each);
  }

  /** Says of the first shell that is left so what becomes of it. */
  private async tellOnce(record: TerminalRecord): Promise<void> {
    if (this.memento.get(toldKey) === true) return;
    await this.memento.update(toldKey, true);
    const row = this.app.store.current.rows.get(record.sandboxId);
    const [reattach, settings] = [l10n.t('Reattach'), l10n.t('Open Settings')];
    const chosen = await offerAny(
      l10n.t(
        'The shell in {0} goes on without its terminal. It ends after 5 minutes; until then you can reattach to it from the row below its sandbox.',
        row ? rowName(row) : record.sandboxId,
      ),
      [reattach, settings],
    );
    if (chosen === reattach) await commands.executeCommand(commandIds.reattachTerminal, record);
    if (chosen === settings) await openSettings('tensorlake.terminal.onClose');
  }

  private async choose({ sandboxId }: TerminalRecord): Promise<Choice> {
    const row = this.app.store.current.rows.get(sandboxId);
    const answer = await askPick<Choice>({
      title: l10n.t('Terminal Closed: {0}', row ? rowName(row) : sandboxId),
      placeholder: l10n.t('What becomes of the shell? Escape lets it run.'),
      items: [
        {
          label: l10n.t('Detach'),
          description: l10n.t('the shell goes on; for 5 minutes it can be reattached to'),
          answer: 'detach',
        },
        { label: l10n.t('End'), description: l10n.t('the shell and what runs in it'), answer: 'end' },
        { label: l10n.t('Always Detach'), answer: 'alwaysDetach' },
        { label: l10n.t('Always End'), answer: 'alwaysEnd' },
      ],
    });
    return answer.kind === 'value' ? answer.value : 'detach';
  }

  private async endQuietly(record: TerminalRecord): Promise<void> {
    try {
      await this.end(record);
    } catch (error) {
      this.app.log.warn(
        `A shell could not be ended: ${error instanceof Error ? error.message : String(error)}`,
      );
      inform(l10n.t('The shell could not be ended; it ends by itself 5 minutes after it was left.'));
    }
  }

  /** Whether a shell can be ended without resuming its sandbox. */
  private isRunning({ sandboxId }: TerminalRecord): boolean {
    const row = this.app.store.current.rows.get(sandboxId);
    return row !== undefined && isCapableOf(row.sandbox, ['canConnect']);
  }
}

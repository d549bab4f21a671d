import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { isLacked } from '../../app/offered';
import { AddressSpotter } from '../../core/ports/addressSpotter';
import { PortOffers } from '../../core/ports/portOffers';
import { offerAny } from '../../host/editor/dialogs/messages';
import { readSetting, writeSetting } from '../../host/editor/settings';
import { commandIds } from '../../manifest';
import { rowName } from '../../text/sandbox/rowText';
import type { Forwards } from './forwards';

/** Takes the output of a terminal or a run as it comes. */
export type OutputWatch = (text: string) => void;

/**
 * Offers to forward ports whose addresses appear in the output of terminals and runs that are open here. Asks the
 * sandbox nothing: whether something listens is seen at the first connection.
 */
export class SpottedPorts {
  private readonly offers = new PortOffers();

  constructor(
    private readonly app: AppContext,
    private readonly forwards: Forwards,
  ) {}

  /** What watches one output of a sandbox. */
  watch(sandboxId: string): OutputWatch {
    const spotter = new AddressSpotter();
    return text => {
      for (const port of spotter.take(text)) void this.offer(sandboxId, port);
    };
  }

  private async offer(sandboxId: string, port: number): Promise<void> {
    const row = this.app.store.current.rows.get(sandboxId);
    if (!row || isLacked(this.app, 'tunnels') || !readSetting('tensorlake.ports.offerForwards')) return;
    if (this.forwards.find(sandboxId, port) || !this.offers.admit(sandboxId, port)) return;
    const forward = l10n.t('Forward');
    const never = l10n.t("Don't Show Again");
    const text = l10n.t('A program in {0} says that it listens on port {1}.', rowName(row), port);
    const chosen = await offerAny(text, [forward, never]);
    if (chosen === forward) await commands.executeCommand(commandIds.forwardPort, sandboxId, undefined, port);
    if (chosen === never) await writeSetting('tensorlake.ports.offerForwards', false);
  }
}

import { l10n } from 'vscode';
import { sandboxActions } from '../../app/sandboxActions';
import { commandIds, type CommandId } from '../../manifest';
import { isThere, type PageFacts } from './facts';
import { button, element, type PageNode } from '../kit/pageNode';

/** The commands beside the name, in this order; the others are on the card of what they change. */
const general: readonly CommandId[] = [
  commandIds.createAgain,
  commandIds.resume,
  commandIds.openTerminal,
  commandIds.runCommand,
  commandIds.forwardPort,
  commandIds.openRemoteSsh,
  commandIds.suspend,
  commandIds.snapshot,
  commandIds.duplicate,
  commandIds.rename,
  commandIds.showLogs,
  commandIds.showRawJson,
  commandIds.terminate,
];

/** The commands a page may run; a message that asks for another is ignored. */
const onPage: ReadonlySet<CommandId> = new Set<CommandId>([
  ...general,
  commandIds.editNetwork,
  commandIds.editPorts,
  commandIds.setPublicAccess,
  commandIds.resize,
  commandIds.attachFileSystem,
  commandIds.detachFileSystem,
]);

/** The commands for a sandbox that only the archive has. */
const ofArchived: ReadonlySet<CommandId> = new Set<CommandId>([
  commandIds.createAgain,
  commandIds.showLogs,
  commandIds.showRawJson,
]);

/** The commands the page may run now. */
export function commandsOf(facts: PageFacts): ReadonlyMap<CommandId, string> {
  const isArchived = facts.availability.kind === 'archived';
  const allowed = sandboxActions(facts).filter(
    ({ command }) => onPage.has(command) && (isThere(facts) || (isArchived && ofArchived.has(command))),
  );
  return new Map(allowed.map(({ command, title }) => [command, title()]));
}

/** The buttons of the commands that can be run now. */
export class ActionButtons {
  private readonly titles: ReadonlyMap<CommandId, string>;

  constructor(facts: PageFacts) {
    this.titles = commandsOf(facts);
  }

  /** Buttons for those of the commands that can be run now; nothing when there are none. */
  row(commands: readonly CommandId[]): PageNode | undefined {
    const buttons = this.buttons(commands);
    return buttons.length === 0 ? undefined : element('div', { class: 'buttons' }, ...buttons);
  }

  /** The buttons beside the name. */
  general(): PageNode {
    return element(
      'div',
      { class: 'buttons', role: 'group', 'aria-label': l10n.t('Actions') },
      ...this.buttons(general, true),
    );
  }

  private buttons(commands: readonly CommandId[], hasPrimary = false): readonly PageNode[] {
    const offered = commands.filter(command => this.titles.has(command));
    return offered.map((command, index) =>
      button(
        this.titles.get(command) ?? '',
        { run: command },
        hasPrimary && index === 0 ? { kind: 'primary' } : {},
      ),
    );
  }
}

import { EventEmitter, ThemeIcon, TreeItem, l10n } from 'vscode';
import type { CommandContext } from '../../commands/commandContext';
import type { Sandbox } from '../../core/sandbox';
import { separator } from '../../host/words';
import { commandIds } from '../../manifest';
import type { ChildNode, ChildSection } from '../../views/childRows';
import { detachedParts } from './reattachTerminal';
import { terminalsOf } from './terminals';
import type { TerminalRecord } from './terminalTickets';

/** A shell that nobody looks at, as a line below its sandbox. */
interface TerminalNode extends ChildNode {
  readonly sessionId: string;
}

/** The detached shells of each sandbox. */
export function terminalSection(context: CommandContext): ChildSection {
  const terminals = terminalsOf(context);
  const changes = context.own(new EventEmitter<{ readonly sandboxId: string }>());
  const nodes = new Map<string, TerminalNode>();
  context.own(
    terminals.onDidChange(sandboxId => {
      for (const id of nodes.keys()) if (!terminals.tickets.find(id)) nodes.delete(id);
      changes.fire({ sandboxId });
    }),
  );
  return {
    onDidChange: changes.event,
    rowsOf: ({ id }: Sandbox) =>
      terminals.detached(id).map(record => {
        const node = nodes.get(record.sessionId) ?? nodeOf(context, record);
        nodes.set(record.sessionId, node);
        return node;
      }),
  };
}

function nodeOf(context: CommandContext, { sandboxId, sessionId }: TerminalRecord): TerminalNode {
  const node: TerminalNode = {
    kind: 'child',
    sandboxId,
    sessionId,
    parent: undefined,
    item: () => itemOf(context, node),
    children: () => [],
  };
  return node;
}

function itemOf(context: CommandContext, node: TerminalNode): TreeItem {
  const record = terminalsOf(context).tickets.find(node.sessionId);
  const label = record ? programName(record) : l10n.t('Terminal');
  const item = new TreeItem(label);
  const parts = record ? detachedParts(record, context.clock.now()) : [];
  item.id = `terminal:${node.sessionId}`;
  item.description = parts.join(separator);
  item.iconPath = new ThemeIcon('terminal');
  item.contextValue = 'detachedTerminal';
  item.command = { command: commandIds.reattachTerminal, title: '', arguments: [node] };
  item.accessibilityInformation = { label: [l10n.t('Detached terminal {0}', label), ...parts].join(', ') };
  return item;
}

/** The program of a shell without its folder. */
function programName({ command }: TerminalRecord): string {
  return command.slice(command.lastIndexOf('/') + 1);
}

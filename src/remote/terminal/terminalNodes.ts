import { EventEmitter, ThemeIcon, TreeItem, l10n } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import type { DisposableLike } from '../../core/kernel/disposable';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { lifeHoldsUntil, lifeOf, type TerminalRecord } from '../../core/terminal/detachedShell';
import { separator } from '../../text/kit/plainText';
import { commandIds } from '../../manifest';
import type { ChildNode, ChildSection } from '../../app/childNodes';
import { detachedParts, detachedTooltip, programName } from '../../text/terminal';
import { terminalsOf } from './terminals';

/** A shell that nobody looks at, as a line below its sandbox. */
interface TerminalNode extends ChildNode {
  readonly sessionId: string;
}

/** The detached shells of each sandbox. */
export function terminalSection(context: CommandContext): ChildSection {
  const terminals = terminalsOf(context);
  const changes = context.own(new EventEmitter<ChildNode | { readonly sandboxId: string }>());
  const nodes = new Map<string, TerminalNode>();
  let turn: DisposableLike | undefined;
  context.own({ dispose: () => turn?.dispose() });
  /** Draws the lines anew when time makes them say something else. */
  const awaitTurn = (): void => {
    turn?.dispose();
    const now = context.clock.now();
    const ends = [...nodes.keys()].flatMap(id => {
      const record = terminals.tickets.find(id);
      return (record && lifeHoldsUntil(record, now)) ?? [];
    });
    if (ends.length === 0) return;
    turn = context.clock.after(Math.min(...ends) - now, () => {
      for (const node of nodes.values()) changes.fire(node);
      awaitTurn();
    });
  };
  context.own(
    terminals.onDidChange(sandboxId => {
      for (const id of nodes.keys()) if (!terminals.tickets.find(id)) nodes.delete(id);
      awaitTurn();
      changes.fire({ sandboxId });
    }),
  );
  return {
    onDidChange: changes.event,
    rowsOf: ({ id }: Sandbox) => {
      const rows = terminals.detached(id).map(record => {
        const node = nodes.get(record.sessionId) ?? nodeOf(context, record);
        nodes.set(record.sessionId, node);
        return node;
      });
      awaitTurn();
      return rows;
    },
  };
}

function nodeOf(context: CommandContext, { sandboxId, sessionId }: TerminalRecord): TerminalNode {
  const node: TerminalNode = {
    kind: 'child',
    sandboxId,
    sessionId,
    parent: undefined,
    // A key that ends what is alive would be pressed by mistake.
    get keys() {
      return isOver(context, sessionId) ? { delete: commandIds.removeEndedTerminals } : {};
    },
    item: () => itemOf(context, node),
    children: () => [],
  };
  return node;
}

function itemOf(context: CommandContext, node: TerminalNode): TreeItem {
  const now = context.clock.now();
  const record = terminalsOf(context).tickets.find(node.sessionId);
  const label = record ? programName(record) : l10n.t('Terminal');
  const item = new TreeItem(label);
  const parts = record ? detachedParts(record, now) : [];
  const isEnded = isOver(context, node.sessionId);
  item.id = `terminal:${node.sessionId}`;
  item.description = parts.join(separator);
  item.iconPath = new ThemeIcon(isEnded ? 'circle-slash' : 'terminal');
  item.contextValue = isEnded ? 'endedTerminal' : 'detachedTerminal';
  item.command = { command: commandIds.reattachTerminal, title: '', arguments: [node] };
  item.accessibilityInformation = { label: [l10n.t('Detached terminal {0}', label), ...parts].join(', ') };
  if (record) item.tooltip = detachedTooltip(record, now);
  return item;
}

/** Whether a shell has probably ended. */
function isOver(context: CommandContext, sessionId: string): boolean {
  const record = terminalsOf(context).tickets.find(sessionId);
  return record !== undefined && lifeOf(record, context.clock.now()).kind === 'over';
}

import { EventEmitter, ThemeIcon, TreeItem, l10n } from 'vscode';
import type { ChildNode, ChildSection } from '../../app/nodes/childNodes';
import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { lifeHoldsUntil, lifeOf, type TerminalRecord } from '../../core/terminal/detachedShell';
import { commandIds } from '../../manifest';
import { separator } from '../../text/kit/plainText';
import { detachedParts, detachedTooltip, programName } from '../../text/terminal';
import type { Terminals } from './terminals';

/** The detached shells of each sandbox. */
export class TerminalNodes implements ChildSection, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(
    new EventEmitter<ChildNode | { readonly sandboxId: string }>(),
  );
  readonly onDidChange = this.changes.event;
  private readonly nodes = new Map<string, TerminalNode>();
  private refreshTimer: DisposableLike | undefined;

  constructor(
    private readonly terminals: Terminals,
    private readonly clock: Clock,
  ) {
    this.disposables.add(
      terminals.onDidChange(sandboxId => {
        for (const id of this.nodes.keys()) if (!terminals.records.find(id)) this.nodes.delete(id);
        this.scheduleRefresh();
        this.changes.fire({ sandboxId });
      }),
    );
  }

  nodesOf({ id }: Sandbox): readonly ChildNode[] {
    const nodes = this.terminals.detached(id).map(record => {
      const node = this.nodes.get(record.sessionId) ?? new TerminalNode(record, this.terminals, this.clock);
      this.nodes.set(record.sessionId, node);
      return node;
    });
    this.scheduleRefresh();
    return nodes;
  }

  dispose(): void {
    this.refreshTimer?.dispose();
    this.disposables.dispose();
  }

  /** Refreshes the nodes when their text depends on the time. */
  private scheduleRefresh(): void {
    this.refreshTimer?.dispose();
    const now = this.clock.now();
    const ends = [...this.nodes.keys()].flatMap(id => {
      const record = this.terminals.records.find(id);
      return (record && lifeHoldsUntil(record, now)) ?? [];
    });
    if (ends.length === 0) return;
    this.refreshTimer = this.clock.after(Math.min(...ends) - now, () => {
      for (const node of this.nodes.values()) this.changes.fire(node);
      this.scheduleRefresh();
    });
  }
}

/** A detached shell, below its sandbox. */
class TerminalNode implements ChildNode {
  readonly kind = 'child';
  readonly keyKind = 'terminal';
  readonly parent = undefined;
  readonly sandboxId: string;
  readonly sessionId: string;

  constructor(
    { sandboxId, sessionId }: TerminalRecord,
    private readonly terminals: Terminals,
    private readonly clock: Clock,
  ) {
    this.sandboxId = sandboxId;
    this.sessionId = sessionId;
  }

  get keys(): NonNullable<ChildNode['keys']> {
    // Delete is bound only for ended shells, so that a running one is not ended by mistake.
    return this.isOver(this.record) ? { delete: commandIds.removeEndedTerminals } : {};
  }

  item(): TreeItem {
    const now = this.clock.now();
    const { record } = this;
    const label = record ? programName(record) : l10n.t('Terminal');
    const item = new TreeItem(label);
    const parts = record ? detachedParts(record, now) : [];
    const isEnded = this.isOver(record);
    item.id = `terminal:${this.sessionId}`;
    item.description = parts.join(separator);
    item.iconPath = new ThemeIcon(isEnded ? 'circle-slash' : 'terminal');
    item.contextValue = isEnded ? 'endedTerminal' : 'detachedTerminal';
    item.command = { command: commandIds.reattachTerminal, title: '', arguments: [this] };
    item.accessibilityInformation = { label: [l10n.t('Detached terminal {0}', label), ...parts].join(', ') };
    if (record) item.tooltip = detachedTooltip(record, now);
    return item;
  }

  children(): readonly ChildNode[] {
    return [];
  }

  private get record(): TerminalRecord | undefined {
    return this.terminals.records.find(this.sessionId);
  }

  /** Whether the shell has probably ended. */
  private isOver(record: TerminalRecord | undefined): boolean {
    return record !== undefined && lifeOf(record, this.clock.now()).kind === 'over';
  }
}

import { EventEmitter, l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { ChildNode, ChildSection } from '../../app/nodes/childNodes';
import { reachRunning } from '../../app/reach';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import { uniqueBy } from '../../core/kernel/unique';
import type { ProcessInfo } from '../../core/processes/process';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { clickCommand } from '../../host/editor/clicks';
import { commandIds } from '../../manifest';
import { errorText } from '../../text/kit/failureText';
import { plainText, separator } from '../../text/kit/plainText';
import { amber } from '../../text/kit/rowView';
import { commandText, processName, processParts } from '../../text/processes';
import { arrangeProcesses, processTokensOf } from './model/processList';
import type { OwnProcesses } from './ownProcesses';

/** The icon of a process. */
function processIcon({ status, managed, exitCode }: ProcessInfo): ThemeIcon {
  if (managed?.status === 'backing_off') return new ThemeIcon('sync', new ThemeColor(amber));
  if (status === 'running')
    return managed?.healthStatus === 'unhealthy'
      ? new ThemeIcon('warning', new ThemeColor(amber))
      : new ThemeIcon(managed ? 'server-process' : 'gear', new ThemeColor('charts.green'));
  return exitCode === 0
    ? new ThemeIcon('pass', new ThemeColor('disabledForeground'))
    : new ThemeIcon('error', new ThemeColor('disabledForeground'));
}

/** A process, below its sandbox. */
export class ProcessNode implements ChildNode {
  readonly kind = 'child';
  readonly keys = { open: commandIds.followProcess } as const;

  constructor(
    readonly parent: ProcessesNode,
    readonly info: ProcessInfo,
  ) {}

  get sandboxId(): string {
    return this.parent.sandboxId;
  }

  item(): TreeItem {
    const { info } = this;
    const item = new TreeItem(processName(info));
    const parts = processParts(info, this.parent.readAtMs);
    item.id = `process:${info.handle ?? ''}:${info.pid}`;
    item.description = parts.join(separator);
    item.tooltip = commandText(info, 2_000);
    item.iconPath = processIcon(info);
    item.contextValue = processTokensOf(info).join(' ');
    item.command = clickCommand(this);
    item.accessibilityInformation = {
      label: [l10n.t('Process {0}', processName(info)), ...parts].join(', '),
    };
    return item;
  }

  children(): readonly ChildNode[] {
    return [];
  }
}

/** The node Processes below a sandbox: lists them once when it is expanded, and again on a refresh. */
export class ProcessesNode implements ChildNode {
  readonly kind = 'child';
  readonly parent = undefined;
  readAtMs = 0;
  private nodes: Promise<readonly ChildNode[]> | undefined;

  constructor(
    private readonly app: AppContext,
    private readonly own: OwnProcesses,
    readonly sandboxId: string,
  ) {}

  item(): TreeItem {
    const item = new TreeItem(l10n.t('Processes'), TreeItemCollapsibleState.Collapsed);
    item.id = 'processes';
    item.iconPath = new ThemeIcon('server-process');
    item.contextValue = 'processes';
    item.accessibilityInformation = { label: l10n.t('Processes') };
    return item;
  }

  children(): Promise<readonly ChildNode[]> {
    return (this.nodes ??= this.read());
  }

  /** Whether they were listed. */
  get isRead(): boolean {
    return this.nodes !== undefined;
  }

  forget(): void {
    this.nodes = undefined;
  }

  private async read(): Promise<readonly ChildNode[]> {
    try {
      const connection = await this.app.connections.require();
      const { client } = await reachRunning(connection, this.sandboxId);
      const listed = await client.processes.list(connection.signal);
      const list = uniqueBy(listed, ({ handle, pid }) => `${handle ?? ''}:${pid}`);
      const { shown, leftOut, haveEnded } = arrangeProcesses(list, this.own.areShown);
      this.readAtMs = this.app.clock.now();
      const nodes: readonly ChildNode[] = shown.map(info => new ProcessNode(this, info));
      if (nodes.length === 0) return [this.remark(l10n.t('No process was started by anybody yet.'), 'info')];
      if (leftOut === 0) return nodes;
      const rest = haveEnded ? l10n.t('{0} more that have ended', leftOut) : l10n.t('{0} more', leftOut);
      return [...nodes, this.remark(rest, 'ellipsis')];
    } catch (error) {
      return [this.remark(errorText(error), 'error', commandIds.refreshProcesses)];
    }
  }

  private remark(text: string, icon: string, command?: string): ChildNode {
    return {
      kind: 'child',
      sandboxId: this.sandboxId,
      parent: this,
      children: () => [],
      item: () => {
        const item = new TreeItem(plainText(text));
        item.id = `processes:${icon}`;
        item.iconPath = new ThemeIcon(icon);
        if (command !== undefined) item.command = { command, title: '', arguments: [this] };
        return item;
      },
    };
  }
}

/** The processes below each sandbox. */
export class ProcessNodes implements ChildSection, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<ChildNode>());
  readonly onDidChange = this.changes.event;
  private readonly nodes = new Map<string, ProcessesNode>();

  constructor(
    private readonly app: AppContext,
    readonly own: OwnProcesses,
  ) {
    this.disposables.add(
      own.onDidChange(() => {
        for (const [id, node] of this.nodes) if (node.isRead) this.refresh(id);
      }),
    );
  }

  nodesOf({ id }: Sandbox): readonly ChildNode[] {
    const node = this.nodes.get(id) ?? new ProcessesNode(this.app, this.own, id);
    this.nodes.set(id, node);
    return [node];
  }

  /** Refreshes the processes of a sandbox, if they are shown. */
  refresh(sandboxId: string): void {
    const node = this.nodes.get(sandboxId);
    if (!node) return;
    node.forget();
    this.changes.fire(node);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

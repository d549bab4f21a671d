import { EventEmitter, l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { portUrl } from '../../core/sandbox/portUrl';
import { uniqueBy } from '../../core/kernel/unique';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { AppContext } from '../../app/appContext';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { clickCommand } from '../../host/editor/clicks';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import { commandIds } from '../../manifest';
import { errorText } from '../../text/kit/failureText';
import { accessMark } from '../../text/publicAccess';
import { separator } from '../../text/kit/plainText';
import { amber } from '../../text/kit/rowView';
import type { ChildNode, ChildSection } from '../../app/nodes/childNodes';
import { localAddress } from './model/port';
import type { PortForward } from './portForward';
import type { Forwards } from './forwards';

/** The ports of a sandbox: forwarded ones and exposed ones. */
export class PortsSection implements ChildSection, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(
    new EventEmitter<ChildNode | { readonly sandboxId: string }>(),
  );
  readonly onDidChange = this.changes.event;
  private readonly roots = new Map<string, PortsRoot>();
  private readonly nodes = new WeakMap<PortForward, ForwardNode>();

  constructor(
    private readonly app: AppContext,
    private readonly forwards: Forwards,
    private readonly deadlines: PublicDeadlines,
  ) {
    this.disposables.add(
      forwards.onDidChange(forward => {
        const root = this.roots.get(forward.sandboxId);
        const node = this.nodes.get(forward);
        const isThere = forwards.list(forward.sandboxId).includes(forward);
        if (node && isThere) this.changes.fire(node);
        else if (root) this.changes.fire(root);
      }),
    );
    this.disposables.add(
      deadlines.onDidChange(() => {
        for (const root of this.roots.values()) this.changes.fire(root);
      }),
    );
    this.disposables.add(
      app.store.onDidChange(({ previous, current }) => {
        for (const [id, root] of this.roots) {
          const row = current.rows.get(id);
          if (!row) this.roots.delete(id);
          else if (previous.rows.get(id) !== row) this.changes.fire(root);
        }
      }),
    );
  }

  nodesOf(sandbox: Sandbox): readonly ChildNode[] {
    const known = this.roots.get(sandbox.id);
    if (known) return [known];
    const root: PortsRoot = new PortsRoot(sandbox.id, () => this.nodesBelow(sandbox.id, root));
    this.roots.set(sandbox.id, root);
    return [root];
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private nodesBelow(sandboxId: string, root: PortsRoot): readonly ChildNode[] {
    const sandbox = this.app.store.current.rows.get(sandboxId)?.sandbox;
    const forwarded = this.forwards.list(sandboxId).map(forward => {
      const node = this.nodes.get(forward) ?? new ForwardNode(forward, root);
      this.nodes.set(forward, node);
      return node;
    });
    const accessText = (of: Sandbox): string => this.accessText(of);
    const ports = uniqueBy(sandbox?.exposedPorts ?? [], port => port);
    const exposed = sandbox ? ports.map(port => new ExposedNode(sandbox, port, root, accessText)) : [];
    return [...forwarded, ...exposed];
  }

  private accessText(sandbox: Sandbox): string {
    if (!sandbox.allowUnauthenticatedAccess) return l10n.t('exposed, with a credential');
    const end = this.deadlines.ends.get(sandbox.id);
    return l10n.t('{0}: anyone with the address', accessMark(sandbox, end, this.app.clock.now()));
  }
}

class PortsRoot implements ChildNode {
  readonly kind = 'child';
  readonly parent = undefined;

  constructor(
    readonly sandboxId: string,
    private readonly nodes: () => readonly ChildNode[],
  ) {}

  item(): TreeItem {
    const nodes = this.nodes();
    const item = new TreeItem(
      l10n.t('Ports'),
      nodes.length === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed,
    );
    item.id = 'ports';
    item.description = nodes.length === 0 ? '' : String(nodes.length);
    item.iconPath = new ThemeIcon('plug');
    item.contextValue = 'remotePorts';
    return item;
  }

  children(): readonly ChildNode[] {
    return this.nodes();
  }
}

/** A forward, which commands read from `forward`. */
class ForwardNode implements ChildNode {
  readonly kind = 'child';
  readonly keyKind = 'port';
  readonly keys = {
    open: commandIds.openPort,
    delete: commandIds.stopForward,
    copy: commandIds.copyPortUrl,
  } as const;
  readonly sandboxId: string;

  constructor(
    readonly forward: PortForward,
    readonly parent: ChildNode,
  ) {
    this.sandboxId = forward.sandboxId;
  }

  item(): TreeItem {
    const { remotePort, localPort, state } = this.forward;
    const item = new TreeItem(`${remotePort} → ${localAddress(localPort)}`);
    item.id = `ports/forward/${remotePort}/${localPort}`;
    const trouble = troubleText(this.forward);
    const parts = [trouble ?? l10n.t('forwarded'), state.connections > 0 ? countText(state.connections) : ''];
    item.description = parts.filter(part => part !== '').join(separator);
    item.iconPath =
      trouble === undefined ? new ThemeIcon('arrow-swap') : new ThemeIcon('warning', new ThemeColor(amber));
    item.contextValue = 'portForward';
    item.command = clickCommand(this);
    return withLabel(
      item,
      l10n.t('Port {0}, forwarded to {1}, {2}', remotePort, localAddress(localPort), item.description),
    );
  }

  children(): readonly ChildNode[] {
    return [];
  }
}

/** A port that the sandbox exposes, which commands read from `exposedPort`. */
class ExposedNode implements ChildNode {
  readonly kind = 'child';
  readonly keyKind = 'port';
  readonly keys = { open: commandIds.openPort, copy: commandIds.copyPortUrl } as const;
  readonly sandboxId: string;

  constructor(
    private readonly sandbox: Sandbox,
    readonly exposedPort: number,
    readonly parent: ChildNode,
    private readonly accessText: (sandbox: Sandbox) => string,
  ) {
    this.sandboxId = sandbox.id;
  }

  item(): TreeItem {
    const { sandbox, exposedPort } = this;
    const isPublic = sandbox.allowUnauthenticatedAccess;
    const item = new TreeItem(String(exposedPort));
    item.id = `ports/exposed/${exposedPort}`;
    item.description = this.accessText(sandbox);
    item.iconPath = isPublic ? new ThemeIcon('globe', new ThemeColor(amber)) : new ThemeIcon('lock');
    item.command = clickCommand(this);
    const hasUrl = portUrl(sandbox, exposedPort) !== undefined;
    item.contextValue = hasUrl ? 'exposedPort hasPortUrl' : 'exposedPort';
    return withLabel(item, l10n.t('Port {0}, {1}', exposedPort, item.description));
  }

  children(): readonly ChildNode[] {
    return [];
  }
}

/** A narrow view truncates the description, so the tooltip repeats it in full. */
function withLabel(item: TreeItem, label: string): TreeItem {
  item.accessibilityInformation = { label };
  item.tooltip = label;
  return item;
}

function countText(connections: number): string {
  return connections === 1 ? l10n.t('1 connection') : l10n.t('{0} connections', connections);
}

function troubleText({ state, remotePort }: PortForward): string | undefined {
  if (!state.trouble) return undefined;
  return state.trouble.kind === 'nothingListens'
    ? l10n.t('nothing listens on port {0}', remotePort)
    : errorText(state.trouble.error);
}

import { EventEmitter, l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { portUrl } from '../../core/sandbox/exposedPorts';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { CommandContext } from '../../app/appContext';
import { errorText } from '../../text/kit/failureText';
import { accessMark } from '../../text/publicAccess';
import { separator } from '../../text/kit/plainText';
import type { ChildNode, ChildSection } from '../../app/childNodes';
import type { PortForward } from './portForward';
import { forwardsOf } from './forwards';

/** The ports of a sandbox: what is forwarded to this machine, and what is reachable from outside. */
export class PortsSection implements ChildSection {
  private readonly changes = new EventEmitter<ChildNode | { readonly sandboxId: string }>();
  readonly onDidChange = this.changes.event;
  private readonly roots = new Map<string, PortsRoot>();
  private readonly lines = new WeakMap<PortForward, ForwardLine>();

  constructor(private readonly context: CommandContext) {
    context.own(this.changes);
    const forwards = forwardsOf(context);
    context.own(
      forwards.onDidChange(forward => {
        const root = this.roots.get(forward.sandboxId);
        const line = this.lines.get(forward);
        const isThere = forwards.list(forward.sandboxId).includes(forward);
        if (line && isThere) this.changes.fire(line);
        else if (root) this.changes.fire(root);
      }),
    );
    context.own(
      context.publicDeadlines.onDidChange(() => {
        for (const root of this.roots.values()) this.changes.fire(root);
      }),
    );
    context.own(
      context.store.onDidChange(({ previous, current }) => {
        for (const [id, root] of this.roots) {
          const row = current.rows.get(id);
          if (!row) this.roots.delete(id);
          else if (previous.rows.get(id) !== row) this.changes.fire(root);
        }
      }),
    );
  }

  rowsOf(sandbox: Sandbox): readonly ChildNode[] {
    const known = this.roots.get(sandbox.id);
    if (known) return [known];
    const root: PortsRoot = new PortsRoot(sandbox.id, () => this.linesOf(sandbox.id, root));
    this.roots.set(sandbox.id, root);
    return [root];
  }

  private linesOf(sandboxId: string, root: PortsRoot): readonly ChildNode[] {
    const sandbox = this.context.store.current.rows.get(sandboxId)?.sandbox;
    const forwarded = forwardsOf(this.context)
      .list(sandboxId)
      .map(forward => {
        const line = this.lines.get(forward) ?? new ForwardLine(forward, root);
        this.lines.set(forward, line);
        return line;
      });
    const exposed =
      sandbox?.exposedPorts.map(port => new ExposedLine(sandbox, port, root, this.context)) ?? [];
    return [...forwarded, ...exposed];
  }
}

class PortsRoot implements ChildNode {
  readonly kind = 'child';
  readonly parent = undefined;

  constructor(
    readonly sandboxId: string,
    private readonly lines: () => readonly ChildNode[],
  ) {}

  item(): TreeItem {
    const lines = this.lines();
    const item = new TreeItem(
      l10n.t('Ports'),
      lines.length === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed,
    );
    item.id = 'ports';
    item.description = lines.length === 0 ? '' : String(lines.length);
    item.iconPath = new ThemeIcon('plug');
    item.contextValue = 'remotePorts';
    return item;
  }

  children(): readonly ChildNode[] {
    return this.lines();
  }
}

/** A forward; commands find it in `forward`. */
class ForwardLine implements ChildNode {
  readonly kind = 'child';
  readonly sandboxId: string;

  constructor(
    readonly forward: PortForward,
    readonly parent: ChildNode,
  ) {
    this.sandboxId = forward.sandboxId;
  }

  item(): TreeItem {
    const { remotePort, localPort, state } = this.forward;
    const item = new TreeItem(`${remotePort} → localhost:${localPort}`);
    item.id = `ports/forward/${remotePort}/${localPort}`;
    const trouble = troubleText(this.forward);
    const parts = [trouble ?? l10n.t('forwarded'), state.connections > 0 ? countText(state.connections) : ''];
    item.description = parts.filter(part => part !== '').join(separator);
    item.iconPath =
      trouble === undefined
        ? new ThemeIcon('arrow-swap')
        : new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    item.contextValue = 'portForward';
    return spoken(
      item,
      l10n.t('Port {0}, forwarded to localhost:{1}, {2}', remotePort, localPort, item.description),
    );
  }

  children(): readonly ChildNode[] {
    return [];
  }
}

/** A port that the sandbox exposes; commands find it in `exposedPort`. */
class ExposedLine implements ChildNode {
  readonly kind = 'child';
  readonly sandboxId: string;

  constructor(
    private readonly sandbox: Sandbox,
    readonly exposedPort: number,
    readonly parent: ChildNode,
    private readonly context: Pick<CommandContext, 'publicDeadlines' | 'clock'>,
  ) {
    this.sandboxId = sandbox.id;
  }

  item(): TreeItem {
    const { sandbox, exposedPort } = this;
    const isPublic = sandbox.allowUnauthenticatedAccess;
    const item = new TreeItem(String(exposedPort));
    item.id = `ports/exposed/${exposedPort}`;
    item.description = this.accessText();
    item.iconPath = isPublic
      ? new ThemeIcon('globe', new ThemeColor('list.warningForeground'))
      : new ThemeIcon('lock');
    const hasUrl = portUrl(sandbox, exposedPort) !== undefined;
    item.contextValue = hasUrl ? 'exposedPort hasPortUrl' : 'exposedPort';
    return spoken(item, l10n.t('Port {0}, {1}', exposedPort, item.description));
  }

  children(): readonly ChildNode[] {
    return [];
  }

  private accessText(): string {
    const { publicDeadlines, clock } = this.context;
    const end = publicDeadlines.ends.get(this.sandboxId);
    if (!this.sandbox.allowUnauthenticatedAccess) return l10n.t('exposed, with a credential');
    return l10n.t('{0}: anyone with the address', accessMark(this.sandbox, end, clock.now()));
  }
}

/** A narrow view cuts a line off, so its tooltip says it all. */
function spoken(item: TreeItem, label: string): TreeItem {
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

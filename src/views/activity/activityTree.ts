import { EventEmitter, TreeItem, type TreeView } from 'vscode';
import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore } from '../../core/kernel/disposable';
import { goneState, type ActivityLog, type ObservedTransition } from '../../core/activity/activityLog';
import { parseState } from '../../core/sandbox/state';
import type { SandboxStore } from '../../core/list/store';
import type { ActivityFilter } from '../../app/lists/lists';
import {
  causeText,
  forgottenText,
  momentText,
  spokenTransition,
  transitionText,
  transitionFields,
} from '../../text/activity';
import { stateLook } from '../../text/sandbox/rowText';
import { plainText } from '../../text/kit/plainText';
import { commandIds } from '../../manifest';
import type { LoadedTree } from '../lazyTree';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { themeIcon } from '../themeIcon';

/** A node of the view Activity. Commands for sandboxes take it as its sandbox. */
export interface ActivityNode {
  readonly kind: 'sandbox';
  readonly sandboxId: string;
  readonly entry: ObservedTransition;
}

/** What the view shows: the list, or why there is none. */
type ActivityViewState = 'signedOut' | 'empty' | 'filteredOut' | 'list';

export interface ActivityTreeParts {
  readonly activityLog: ActivityLog;
  readonly sandboxes: SandboxStore;
  readonly activityFilter: ActivityFilter;
  readonly clock: Clock;
  readonly onViewState: (viewState: ActivityViewState) => void;
}

/** The view Activity: the changes of state that this window saw, newest first. */
export class ActivityTree implements LoadedTree<ActivityNode> {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<ActivityNode[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  private nodes: ActivityNode[] = [];

  constructor(
    private readonly view: TreeView<ActivityNode>,
    private readonly parts: ActivityTreeParts,
  ) {
    const { activityLog, sandboxes, activityFilter } = parts;
    const update = (): void => this.update();
    this.disposables.add(activityLog.onDidChange(update));
    this.disposables.add(activityFilter.onDidChange(update));
    this.disposables.add(view.onDidChangeVisibility(update));
    this.disposables.add(
      sandboxes.onDidChange(({ previous, current }) => {
        if (previous.status.kind !== current.status.kind) update();
      }),
    );
    this.update();
  }

  getChildren(node?: ActivityNode): ActivityNode[] {
    return node ? [] : this.nodes;
  }

  getTreeItem({ sandboxId, entry }: ActivityNode): TreeItem {
    const { atMs, to, cause } = entry;
    const when = momentText(atMs, this.parts.clock.now());
    const why = causeText(cause, to);
    const item = new TreeItem(`${when}  ${nameOf(entry)}`);
    const look = stateLook(to === goneState ? 'terminated' : parseState(to));
    item.id = `${sandboxId}:${atMs}:${to}`;
    item.description = [transitionText(entry), why].filter(part => part !== undefined).join(', ');
    // Without animation: the change is over.
    item.iconPath = themeIcon({ ...look, icon: look.icon.replace('~spin', '') });
    item.contextValue = 'transition';
    item.accessibilityInformation = {
      label: [nameOf(entry), spokenTransition(entry), why, when]
        .filter(part => part !== undefined)
        .join(', '),
    };
    item.command = { command: commandIds.showDetails, title: '', arguments: [sandboxId] };
    return item;
  }

  resolveTreeItem(item: TreeItem, { entry }: ActivityNode): TreeItem {
    item.tooltip = untrusted(fieldTable(transitionFields(entry)));
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    if (!this.view.visible) return;
    const { activityLog, sandboxes, activityFilter, onViewState } = this.parts;
    const known = new Map(this.nodes.map(node => [node.entry, node]));
    const { sandboxId: only } = activityFilter;
    const before = this.nodes;
    this.nodes = activityLog
      .entries(only)
      .toReversed()
      .map(entry => known.get(entry) ?? { kind: 'sandbox', sandboxId: entry.sandboxId, entry });
    const isSame =
      before.length === this.nodes.length && before.every((node, index) => node === this.nodes[index]);
    if (!isSame) this.changes.fire(undefined);
    const message = activityLog.forgottenCount === 0 ? undefined : forgottenText(activityLog.forgottenCount);
    if (this.view.message !== message) this.view.message = message;
    const description = only === undefined ? undefined : this.nameOfSandbox(only);
    if (this.view.description !== description) this.view.description = description;
    if (sandboxes.current.status.kind === 'signedOut') onViewState('signedOut');
    else if (this.nodes.length > 0) onViewState('list');
    else onViewState(only === undefined ? 'empty' : 'filteredOut');
  }

  private nameOfSandbox(id: string): string {
    const { rows, archive } = this.parts.sandboxes.current;
    return plainText((rows.get(id) ?? archive.get(id))?.sandbox.name ?? id, 40);
  }
}

function nameOf({ name, sandboxId }: ObservedTransition): string {
  return plainText(name ?? sandboxId, 80);
}

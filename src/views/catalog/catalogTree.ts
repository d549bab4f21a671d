import { EventEmitter, ThemeIcon, TreeItem, TreeItemCollapsibleState, l10n, type TreeView } from 'vscode';
import type { CatalogImage } from '../../core/catalog/image';
import type { CatalogPart, CatalogStore } from '../../core/catalog/catalogStore';
import { viewStateOf, type ViewState } from '../../core/list/counts';
import { DisposableStore } from '../../core/kernel/disposable';
import { uniqueBy } from '../../core/kernel/unique';
import { claimedOf, type SandboxPool } from '../../core/catalog/pool';
import type { SandboxStore } from '../../core/list/store';
import { catalogPartText, describePool, poolName, poolFields } from '../../text/catalog';
import { plainText } from '../../text/kit/plainText';
import { causeBesideTitle } from '../cause';
import type { LoadedTree } from '../lazyTree';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { staleMessage } from '../../text/sandbox/viewText';

/** A node of the view Pools and Images. */
export type CatalogNode =
  | { readonly kind: 'poolGroup' | 'imageGroup' }
  | { readonly kind: 'pool'; readonly poolId: string; readonly pool: SandboxPool }
  | { readonly kind: 'image'; readonly image: string; readonly entry: CatalogImage };

export interface CatalogTreeParts {
  readonly catalog: CatalogStore;
  readonly sandboxes: SandboxStore;
  readonly onViewState: (viewState: ViewState) => void;
}

const groups: CatalogNode[] = [{ kind: 'poolGroup' }, { kind: 'imageGroup' }];

/** The view Pools and Images: shows the catalog store. */
export class CatalogTree implements LoadedTree<CatalogNode> {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<CatalogNode[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    private readonly view: TreeView<CatalogNode>,
    private readonly parts: CatalogTreeParts,
  ) {
    this.disposables.add(
      parts.catalog.onDidChange(() => {
        this.changes.fire(undefined);
        this.updateSurroundings();
      }),
    );
    this.updateSurroundings();
  }

  getChildren(node?: CatalogNode): CatalogNode[] {
    const { status, pools, images } = this.parts.catalog.current;
    if (!node) return status.kind === 'fresh' || status.kind === 'stale' ? groups : [];
    if (node.kind === 'poolGroup')
      return 'ok' in pools
        ? uniqueBy(pools.ok, ({ id }) => id).map(pool => ({ kind: 'pool', poolId: pool.id, pool }))
        : [];
    if (node.kind === 'imageGroup')
      return 'ok' in images
        ? uniqueBy(images.ok, ({ name }) => name).map(entry => ({ kind: 'image', image: entry.name, entry }))
        : [];
    return [];
  }

  getTreeItem(node: CatalogNode): TreeItem {
    switch (node.kind) {
      case 'poolGroup':
        return this.groupItem('pools', l10n.t('Pools'), this.parts.catalog.current.pools);
      case 'imageGroup':
        return this.groupItem('images', l10n.t('Images'), this.parts.catalog.current.images);
      case 'pool':
        return this.poolItem(node.pool);
      case 'image':
        return this.imageItem(node.entry);
    }
  }

  resolveTreeItem(item: TreeItem, node: CatalogNode): TreeItem {
    if (node.kind === 'pool')
      item.tooltip = untrusted(fieldTable(poolFields(node.pool, this.claimed(node.pool))));
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private updateSurroundings(): void {
    const { status } = this.parts.catalog.current;
    const hasRead = status.kind === 'fresh' || status.kind === 'stale';
    // The editor shows welcome content, with its buttons, only where there is no message.
    const message = hasRead ? staleMessage(status) : undefined;
    if (this.view.message !== message) this.view.message = message;
    const viewState = viewStateOf({ status }, hasRead ? 1 : 0, 0);
    const cause = causeBesideTitle(status, viewState);
    if (this.view.description !== cause) this.view.description = cause;
    this.parts.onViewState(viewState);
  }

  private groupItem(id: string, title: string, part: CatalogPart<unknown>): TreeItem {
    const hasRows = 'ok' in part && part.ok.length > 0;
    const item = new TreeItem(
      title,
      hasRows ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None,
    );
    const text = catalogPartText(part);
    item.id = id;
    item.description = text;
    item.contextValue = 'group';
    item.accessibilityInformation = { label: `${title}, ${text}` };
    return item;
  }

  private poolItem(pool: SandboxPool): TreeItem {
    const item = new TreeItem(poolName(pool));
    item.id = `pool:${pool.id}`;
    item.description = describePool(pool, this.claimed(pool));
    item.iconPath = new ThemeIcon('layers');
    item.contextValue = 'pool';
    item.accessibilityInformation = { label: l10n.t('Pool of {0}, {1}', poolName(pool), item.description) };
    return item;
  }

  private imageItem({ name, isManaged }: CatalogImage): TreeItem {
    const label = plainText(name);
    const item = new TreeItem(label);
    const origin = isManaged ? l10n.t('managed') : l10n.t('registered');
    item.id = `image:${name}`;
    item.description = origin;
    item.iconPath = new ThemeIcon(isManaged ? 'package' : 'archive');
    item.contextValue = 'image';
    item.accessibilityInformation = { label: l10n.t('Image {0}, {1}', label, origin) };
    return item;
  }

  private claimed(pool: SandboxPool): number {
    const rows = [...this.parts.sandboxes.current.rows.values()];
    return claimedOf(
      pool,
      rows.map(row => row.sandbox),
    );
  }
}

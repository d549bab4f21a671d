import type { Clock } from '../core/clock';
import { DisposableStore, type DisposableLike } from '../core/disposable';
import type { Lineage } from '../core/lineage';
import type { SnapshotStore } from '../core/snapshotStore';
import type { SandboxStore } from '../core/store';
import type { ContextKeys } from '../host/context';
import type { SnapshotLoader } from '../host/snapshotLoader';
import type { WindowFocus } from '../host/windowFocus';
import { viewIds } from '../manifest';
import { LazyTree } from './lazyTree';
import type { SnapshotNode } from './snapshotTree';

export interface SideViewParts {
  readonly sandboxes: SandboxStore;
  readonly snapshots: SnapshotStore;
  readonly snapshotLoader: SnapshotLoader;
  readonly lineage: Lineage;
  readonly clock: Clock;
  readonly keys: ContextKeys;
  readonly focus: WindowFocus;
}

/** The views below Sandboxes. They are closed at first; what they draw is loaded when somebody opens them. */
export class SideViews implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly snapshots: LazyTree<SnapshotNode>;

  constructor(parts: SideViewParts) {
    this.snapshots = this.disposables.add(
      new LazyTree<SnapshotNode>(viewIds.snapshots, async view => {
        const { SnapshotTree } = await import('./snapshotTree');
        return new SnapshotTree(view, {
          ...parts,
          onMood: mood => parts.keys.set('tensorlake.snapshotsMood', mood),
        });
      }),
    );
    this.attend(parts.focus, this.snapshots, parts.snapshotLoader);
  }

  /** Ids of the snapshots selected in their view. */
  selectedSnapshots(): readonly string[] {
    return this.snapshots.view.selection.flatMap(node => (node.kind === 'snapshot' ? [node.snapshotId] : []));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Tells a loader whether somebody looks at its view. */
  private attend(
    focus: WindowFocus,
    { view }: LazyTree<SnapshotNode>,
    loader: { setAttention(attention: { focused: boolean; visible: boolean }): void },
  ): void {
    const tell = (): void => loader.setAttention({ focused: focus.isPresent, visible: view.visible });
    this.disposables.add(focus.onDidChange(tell));
    this.disposables.add(view.onDidChangeVisibility(tell));
    tell();
  }
}

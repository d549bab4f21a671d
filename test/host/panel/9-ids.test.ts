import assert from 'node:assert/strict';
import { commands, EventEmitter, workspace, TreeItem, TreeItemCollapsibleState, type TreeView } from 'vscode';
import { DisposableStore } from '../../../src/core/kernel/disposable';
import { commandIds } from '../../../src/manifest';
import { LazyTree, type LoadedTree } from '../../../src/views/lazyTree';
import { waitFor } from '../../support/waitFor';
import { instead } from '../support/answers';
import { composed, FakeView } from '../support/composed';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

/** Folders that are unfolded; those of the system have thousands of files. */
const unfolded = /^\/(?:home(?:\/.*)?)?$/;

/** The ids of all items of a tree. */
async function idsOf<T>(tree: LoadedTree<T>, node?: T): Promise<readonly string[]> {
  const below = (await tree.getChildren(node)).map(async child => {
    const { id, resourceUri, collapsibleState }: TreeItem = tree.getTreeItem(child);
    assert.ok(id !== undefined && id !== '', 'each item has an id');
    const isLeft = resourceUri !== undefined && !unfolded.test(resourceUri.path);
    const isLeaf = collapsibleState === TreeItemCollapsibleState.None;
    return isLeaf || isLeft ? [id] : [id, ...(await idsOf(tree, child))];
  });
  return (await Promise.all(below)).flat();
}

describe('the ids of the trees', () => {
  const lifetime = new DisposableStore();
  let sandboxId = '';

  before(async () => {
    await signIn();
    ({ id: sandboxId } = await emulator.create({
      name: 'unfolded',
      timeout_secs: 86_400,
      exposed_ports: [8080, 9090],
    }));
    const inside = new Inside(sandboxId);
    await inside.sh('mkdir -p ~/deep/er; touch ~/deep/er/file ~/deep/file; ln -s deep ~/link');
    await emulator.inside(sandboxId, 'POST', '/processes', { command: 'sleep', args: ['1000'] });
    await commands.executeCommand(commandIds.refresh);
  });

  after(() => lifetime.dispose());

  it('are unique and stay the same when everything is unfolded', async () => {
    assert.equal(workspace.getConfiguration('tensorlake').get('useEnvironmentKey'), true);
    const { tree, sides } = await composed(lifetime);
    await waitFor('the list', async () => (await tree.getChildren()).length > 0);
    const trees: readonly LoadedTree<never>[] = [
      tree,
      await sides.snapshotTree(),
      await sides.activityTree(),
      await sides.catalogTree(),
    ] as unknown as readonly LoadedTree<never>[];
    for (const each of trees) {
      const ids = await idsOf(each);
      const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
      assert.deepEqual(twice, []);
      if (each === trees[0]) {
        // The rest of a long list follows the first rows.
        const again = new Set(await idsOf(each));
        assert.deepEqual(
          ids.filter(id => !again.has(id)),
          [],
        );
        const below = ids.filter(id => id.startsWith(sandboxId));
        for (const part of ['home:/home/tl-user/deep/er/file', 'file:/home/tl-user/deep/er/file', 'process:'])
          assert.ok(
            below.some(id => id.startsWith(`${sandboxId}/${part}`)),
            `${part} in\n${below.join('\n')}`,
          );
      }
    }
  });
});

/** The first node of a tree that is like this, looked for below the nodes that are `above`. */
async function find<T>(
  tree: LoadedTree<T>,
  isIt: (node: T) => boolean,
  isAbove: (node: T) => boolean,
  parent?: T,
): Promise<{ readonly node: T; readonly parent: T | undefined } | undefined> {
  const nodes = await tree.getChildren(parent);
  const node = nodes.find(isIt);
  if (node !== undefined) return { node, parent };
  for (const above of nodes.filter(isAbove)) {
    const found = await find(tree, isIt, isAbove, above);
    if (found) return found;
  }
  return undefined;
}

describe('what is selected while a tree is drawn anew', () => {
  const lifetime = new DisposableStore();
  let sandboxId = '';
  let snapshotId = '';
  let parts: Awaited<ReturnType<typeof composed>>;

  before(async () => {
    await signIn();
    ({ id: sandboxId } = await emulator.create({ name: 'drawn-anew', timeout_secs: 86_400 }));
    await new Inside(sandboxId).sh('touch ~/lit');
    snapshotId = await emulator.snapshot(sandboxId);
    await commands.executeCommand(commandIds.refresh);
    parts = await composed(lifetime);
  });

  after(() => lifetime.dispose());

  it('is a snapshot as long as it is lit, also for a key', async () => {
    const { sides, views, commands: registry } = parts;
    const tree = await sides.snapshotTree();
    const { node, parent } = await waitFor('the snapshot', async () => {
      // A window that nobody has used for a while reads nothing by itself.
      await registry.run(commandIds.refreshSnapshots, []);
      return await find(
        tree,
        each => each.kind === 'snapshot' && each.snapshotId === snapshotId,
        each => 'groupId' in each,
      );
    });
    assert.ok(parent);
    views.snapshots.select(node);
    views.snapshots.unread = new Set([node]);
    assert.deepEqual(await sides.snapshotsUnderKey(), [snapshotId]);
    views.snapshots.fold(parent);
    assert.deepEqual(await sides.snapshotsUnderKey(), []);
    views.snapshots.unfold(parent);
    assert.deepEqual(await sides.snapshotsUnderKey(), [snapshotId]);
  });

  it('is a file in a sandbox as long as it is lit', async () => {
    const { tree, views } = parts;
    await waitFor('the list', async () => (await tree.getChildren()).length > 0);
    const labelOf = (node: Parameters<typeof tree.getTreeItem>[0]): unknown => tree.getTreeItem(node).label;
    const { node, parent } = await waitFor(
      'the file',
      async () =>
        await find(
          tree,
          each => each.kind === 'child' && labelOf(each) === 'lit',
          each =>
            each.kind === 'group' ||
            (each.kind === 'sandbox' && each.sandboxId === sandboxId) ||
            (each.kind === 'child' && ['Files', '/home/tl-user'].includes(String(labelOf(each)))),
        ),
    );
    assert.ok(parent);
    views.sandboxes.select(node);
    views.sandboxes.unread = new Set([node]);
    // Sandboxes are folded until somebody unfolds them.
    for (let above = tree.getParent(node); above; above = tree.getParent(above))
      views.sandboxes.unfold(above);
    assert.deepEqual(tree.selectedNodes(), [node]);
    views.sandboxes.fold(parent);
    assert.deepEqual(tree.selectedNodes(), []);
    views.sandboxes.unfold(parent);
    assert.deepEqual(tree.selectedNodes(), [node]);
  });

  it('keeps several lit, though the view tells of none of them just then', async () => {
    const view = lifetime.add(new FakeView<{ readonly id: string }>());
    const nodes = ['a', 'b'].map(id => ({ id }));
    const changes = lifetime.add(new EventEmitter<{ readonly id: string }[] | undefined>());
    const tree: LoadedTree<{ readonly id: string }> = {
      onDidChangeTreeData: changes.event,
      getChildren: () => nodes,
      getTreeItem: ({ id }) => new TreeItem(id),
      resolveTreeItem: item => item,
      dispose: () => undefined,
    };
    let lazy: LazyTree<{ readonly id: string }> | undefined;
    await instead({ createTreeView: (): TreeView<unknown> => view.asView }, () => {
      lazy = lifetime.add(new LazyTree('tensorlake.drawnAnew', () => Promise.resolve(tree)));
      return Promise.resolve();
    });
    assert.ok(lazy);
    await lazy.getChildren();
    const drawn: unknown[] = [];
    lifetime.add(lazy.onDidChangeTreeData(which => drawn.push(which)));
    view.select(...nodes);
    view.unread = new Set(nodes);
    changes.fire(nodes.slice(0, 1));
    assert.deepEqual(drawn, [undefined]);
    view.unread = new Set();
    view.select(...nodes.slice(0, 1));
    changes.fire(nodes.slice(0, 1));
    assert.deepEqual(drawn.slice(1), [nodes.slice(0, 1)]);
  });
});

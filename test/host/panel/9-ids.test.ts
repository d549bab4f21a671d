import assert from 'node:assert/strict';
import { commands, workspace, TreeItemCollapsibleState, type TreeItem } from 'vscode';
import { DisposableStore } from '../../../src/core/kernel/disposable';
import { commandIds } from '../../../src/manifest';
import type { LoadedTree } from '../../../src/views/lazyTree';
import { waitFor } from '../../support/waitFor';
import { composed } from '../support/composed';
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

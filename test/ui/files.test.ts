import assert from 'node:assert/strict';
import { usePanel } from './support/panel';

describe('files below a sandbox', () => {
  const panel = usePanel({ emulator: { sandboxes: 3 } });

  it('unfolds down to a file and opens it', async () => {
    const { tree } = panel();
    await tree.waitFor('api-dev');
    await tree.expand('api-dev');
    await tree.expand('Files');
    await tree.waitFor('/home/tl-user');
    await tree.expand('/');
    await tree.waitFor('workspace');
    await panel().picture('files-tree');
    assert.ok((await tree.labels()).includes('tmp'));
  });
});

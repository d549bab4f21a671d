import assert from 'node:assert/strict';
import { startsOnOwnDisk } from '../../../../../src/remote/files/model/dialogStart';

describe('a file dialog', () => {
  for (const remoteName of ['ssh-remote', 'wsl', 'dev-container', 'tunnel'])
    it(`begins on the disk of the user in a window of ${remoteName}, where the extension runs there`, () => {
      assert.equal(startsOnOwnDisk({ remoteName, isExtensionLocal: true }), true);
      assert.equal(startsOnOwnDisk({ remoteName, isExtensionLocal: false }), false);
    });

  it('begins where the editor says in a local window, and in a browser window of a server', () => {
    assert.equal(startsOnOwnDisk({ remoteName: undefined, isExtensionLocal: true }), false);
    assert.equal(startsOnOwnDisk({ remoteName: undefined, isExtensionLocal: false }), false);
  });
});

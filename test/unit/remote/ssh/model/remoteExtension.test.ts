import assert from 'node:assert/strict';
import { opensOverSsh } from '../../../../../src/remote/ssh/model/remoteExtension';

const resolving = { activationEvents: ['onCommand:x.y', 'onResolveRemoteAuthority:ssh-remote'] };

describe('an extension that opens folders over SSH', () => {
  for (const [id, packageJSON, does] of [
    ['ms-vscode-remote.remote-ssh', {}, true],
    ['anysphere.remote-ssh', {}, true],
    ['jeanp413.open-remote-ssh', {}, true],
    ['Jeanp413.Open-Remote-SSH', undefined, true],
    // Cursor had it under this id once; other editors have theirs.
    ['anysphere.open-remote-ssh', resolving, true],
    ['somebody.editor-remote-openssh', resolving, true],
    ['ms-vscode-remote.remote-wsl', { activationEvents: ['onResolveRemoteAuthority:wsl'] }, false],
    ['ms-vscode-remote.remote-ssh-edit', { activationEvents: ['onLanguage:ssh_config'] }, false],
    ['somebody.odd', { activationEvents: 'onResolveRemoteAuthority:ssh-remote' }, false],
    ['somebody.odder', null, false],
    ['somebody.else', {}, false],
  ] as const)
    it(`is ${does ? '' : 'not '}${id} with ${JSON.stringify(packageJSON)}`, () =>
      assert.equal(opensOverSsh({ id, packageJSON }), does));
});

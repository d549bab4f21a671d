import assert from 'node:assert/strict';
import { obstacleOf } from '../../../../../src/remote/ssh/model/configObstacle';

describe('the SSH configuration that cannot be changed', () => {
  const path = '/home/me/.ssh/config';
  const usual = { path, target: path, mode: 0o600, isRefused: false };

  it('is one in the store of a package manager, whatever its permissions', () => {
    const target = '/nix/store/abc-home-manager-files/.ssh/config';
    assert.deepEqual(obstacleOf({ ...usual, target, mode: 0o644 }), { kind: 'managed', target });
    assert.equal(obstacleOf({ ...usual, target: '/gnu/store/x' })?.kind, 'managed');
  });

  it('is one without permission to write, or whose folder or disk refuses it', () => {
    assert.deepEqual(obstacleOf({ ...usual, mode: 0o444 }), { kind: 'readOnly' });
    assert.deepEqual(obstacleOf({ ...usual, isRefused: true }), { kind: 'readOnly' });
  });

  it('is none that is a link to a file of the user', () => {
    assert.equal(obstacleOf({ ...usual, target: '/home/me/dotfiles/ssh' }), undefined);
    assert.equal(obstacleOf(usual), undefined);
  });
});

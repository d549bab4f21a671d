import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  activeProfile,
  defaultProfileId,
  parseProfileList,
  profileNameMaxLength,
  profileNameViolation,
  withoutProfile,
  withProfile,
  withTrustedHost,
} from '../../../../src/core/account/profile';

const work = {
  id: 'p1',
  name: 'work',
  scope: { organizationId: 'org', projectId: 'project', projectName: 'Site' },
};

describe('profiles', () => {
  it('always hold the default one, which is in use until another is', () => {
    for (const kept of [undefined, null, 'x', {}, { profiles: 'x' }, { activeId: 'p1' }]) {
      const list = parseProfileList(kept);
      assert.deepEqual(list.profiles, [{ id: defaultProfileId, name: 'default' }]);
      assert.equal(activeProfile(list).id, defaultProfileId);
    }
  });

  it('survive being kept', () => {
    const list = { ...withProfile(parseProfileList(undefined), work), activeId: 'p1' };
    assert.deepEqual(parseProfileList(JSON.parse(JSON.stringify(list))), list);
    assert.deepEqual(activeProfile(list), work);
  });

  it('replace the one with the same id, in its place', () => {
    const list = withProfile(withProfile(parseProfileList(undefined), work), { id: 'p2', name: 'home' });
    const renamed = withProfile(list, { id: 'p1', name: 'office' });
    assert.deepEqual(
      renamed.profiles.map(({ name }) => name),
      ['default', 'office', 'home'],
    );
  });

  it('fall back to the default one when the one in use is removed', () => {
    const list = { ...withProfile(parseProfileList(undefined), work), activeId: 'p1' };
    assert.deepEqual(withoutProfile(list, 'p1'), parseProfileList(undefined));
  });

  it('keep the default one when it is removed, without its scope', () => {
    const scoped = withProfile(parseProfileList(undefined), { ...work, id: defaultProfileId });
    assert.deepEqual(withoutProfile(scoped, defaultProfileId), parseProfileList(undefined));
  });

  it('keep the hosts that the user let the key go to, each once, until they are removed', () => {
    const start = withProfile(parseProfileList(undefined), work);
    const once = withTrustedHost(start, 'p1', 'a.example');
    const twice = withTrustedHost(withTrustedHost(once, 'p1', 'b.example:8443'), 'p1', 'a.example');
    const kept = parseProfileList(JSON.parse(JSON.stringify(twice)));
    assert.deepEqual(
      kept.profiles.map(({ id, trustedHosts }) => [id, trustedHosts]),
      [
        [defaultProfileId, undefined],
        ['p1', ['a.example', 'b.example:8443']],
      ],
    );
    const removed = withProfile(withoutProfile(kept, 'p1'), work);
    assert.equal(removed.profiles.at(-1)?.trustedHosts, undefined);
    assert.equal(withTrustedHost(start, 'unknown', 'a.example'), start);
  });

  it('drop a scope that is only half there', () => {
    const [, read] = parseProfileList({
      profiles: [{ id: 'p1', name: 'work', scope: { organizationId: 'org' } }],
    }).profiles;
    assert.deepEqual(read, { id: 'p1', name: 'work' });
  });

  it('read anything without failing', () => {
    fc.assert(fc.property(fc.anything(), kept => parseProfileList(kept).profiles.length > 0));
  });

  it('have names of their own', () => {
    assert.equal(profileNameViolation(' ', []), 'empty');
    assert.equal(profileNameViolation('x'.repeat(profileNameMaxLength), []), undefined);
    assert.equal(profileNameViolation('x'.repeat(profileNameMaxLength + 1), []), 'tooLong');
    assert.equal(profileNameViolation('a\u202eb', []), 'characters');
    assert.equal(profileNameViolation('Work', ['work']), 'taken');
    assert.equal(profileNameViolation('Work', ['home']), undefined);
  });
});

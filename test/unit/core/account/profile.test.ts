import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  activeProfile,
  defaultProfileId,
  namedScope,
  parseProfileList,
  profileNameMaxLength,
  profileNameViolation,
} from '../../../../src/core/account/profile';
import { withoutProfile, withProfile, withTrustedHost } from '../../../../src/core/account/profileEdits';

const work = {
  id: 'p1',
  name: 'work',
  scope: { organizationId: 'org', projectId: 'project', projectName: 'Site' },
};

describe('the scope that comes with a token', () => {
  it('counts when it names both organization and project; otherwise both are asked for', () => {
    assert.deepEqual(namedScope({ organizationId: 'o', projectId: 'p' }), {
      organizationId: 'o',
      projectId: 'p',
    });
    assert.equal(namedScope({ organizationId: 'o' }), undefined);
    assert.equal(namedScope({ projectId: 'p' }), undefined);
    assert.equal(namedScope({}), undefined);
  });
});

describe('profiles', () => {
  it('always include the default profile, which is active until another is chosen', () => {
    for (const kept of [undefined, null, 'x', {}, { profiles: 'x' }, { activeId: 'p1' }]) {
      const list = parseProfileList(kept);
      assert.deepEqual(list.profiles, [{ id: defaultProfileId, name: 'default' }]);
      assert.equal(activeProfile(list).id, defaultProfileId);
    }
  });

  it('are restored from storage', () => {
    const list = { ...withProfile(parseProfileList(undefined), work), activeId: 'p1' };
    assert.deepEqual(parseProfileList(JSON.parse(JSON.stringify(list))), list);
    assert.deepEqual(activeProfile(list), work);
  });

  it('are replaced by id, in the same position', () => {
    const list = withProfile(withProfile(parseProfileList(undefined), work), { id: 'p2', name: 'home' });
    const renamed = withProfile(list, { id: 'p1', name: 'office' });
    assert.deepEqual(
      renamed.profiles.map(({ name }) => name),
      ['default', 'office', 'home'],
    );
  });

  it('fall back to the default profile when the active one is removed', () => {
    const list = { ...withProfile(parseProfileList(undefined), work), activeId: 'p1' };
    assert.deepEqual(withoutProfile(list, 'p1'), parseProfileList(undefined));
  });

  it('reset the scope of the default profile when it is removed', () => {
    const scoped = withProfile(parseProfileList(undefined), { ...work, id: defaultProfileId });
    assert.deepEqual(withoutProfile(scoped, defaultProfileId), parseProfileList(undefined));
  });

  it('keep the hosts that the user allowed for the key, each once, until they are removed', () => {
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

  it('drop an incomplete scope', () => {
    const [, read] = parseProfileList({
      profiles: [{ id: 'p1', name: 'work', scope: { organizationId: 'org' } }],
    }).profiles;
    assert.deepEqual(read, { id: 'p1', name: 'work' });
  });

  it('are read from any value without an error', () => {
    fc.assert(fc.property(fc.anything(), kept => parseProfileList(kept).profiles.length > 0));
  });

  it('have unique names', () => {
    assert.equal(profileNameViolation(' ', []), 'empty');
    assert.equal(profileNameViolation('x'.repeat(profileNameMaxLength), []), undefined);
    assert.equal(profileNameViolation('x'.repeat(profileNameMaxLength + 1), []), 'tooLong');
    assert.equal(profileNameViolation('a\u202eb', []), 'characters');
    assert.equal(profileNameViolation('Work', ['work']), 'taken');
    assert.equal(profileNameViolation('Work', ['home']), undefined);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLogins, rememberRejected } from '../../../../src/host/session/foundLogins';
import { FakeMemento } from '../../../support/storage/fakeMemento';

const cloud = { text: 'https://api.tensorlake.ai' };
const names = ['HOME', 'USERPROFILE', 'TENSORLAKE_API_KEY', 'TENSORLAKE_API_URL', 'TENSORLAKE_CONTEXT'];

describe('logins on this machine', () => {
  const before = names.map(name => [name, process.env[name]] as const);
  let home: string;
  let kept: FakeMemento;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tl-home-'));
    kept = new FakeMemento();
    for (const name of names) Reflect.deleteProperty(process.env, name);
    process.env['HOME'] = home;
    process.env['USERPROFILE'] = home;
  });
  afterEach(() => rmSync(home, { recursive: true }));
  after(() => {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });

  function write(name: string, text: string): void {
    mkdirSync(join(home, '.config', 'tensorlake'), { recursive: true });
    writeFileSync(join(home, '.config', 'tensorlake', name), text);
  }

  it('are none on a machine without the CLI', async () => {
    assert.deepEqual(await findLogins(cloud, kept), { usable: [], locked: [] });
  });

  it('are the key of the environment, then the contexts of the CLI; those in the keychain are named', async () => {
    process.env['TENSORLAKE_API_KEY'] = ' tl_apiKey_1 ';
    write(
      'contexts.toml',
      'current = "b"\n[contexts.a]\n[contexts.b]\norganization = "o"\nproject = "p"\n[contexts.c]\nstorage = "keychain"\n',
    );
    write('credentials.toml', '[contexts.a]\ntoken = "tl_pat_a"\n[contexts.b]\ntoken = "tl_pat_b"\n');
    assert.deepEqual(await findLogins(cloud, kept), {
      usable: [
        { source: 'environment', secret: 'tl_apiKey_1' },
        { source: 'cli', context: 'b', secret: 'tl_pat_b', organizationId: 'o', projectId: 'p' },
        { source: 'cli', context: 'a', secret: 'tl_pat_a' },
      ],
      locked: ['c'],
    });
    process.env['TENSORLAKE_CONTEXT'] = 'a';
    assert.equal((await findLogins(cloud, kept)).usable[1]?.context, 'a');
  });

  it('are for one server: a key that the environment has for another is not offered', async () => {
    process.env['TENSORLAKE_API_KEY'] = 'tl_apiKey_1';
    process.env['TENSORLAKE_API_URL'] = 'https://api.tensorlake.dev/';
    assert.deepEqual((await findLogins(cloud, kept)).usable, []);
    assert.equal((await findLogins({ text: 'https://api.tensorlake.dev' }, kept)).usable.length, 1);
  });

  it('are not offered again once the server rejected them, and not stored either', async () => {
    process.env['TENSORLAKE_API_KEY'] = 'tl_apiKey_1';
    write('credentials.toml', 'token = "tl_pat_2"');
    await rememberRejected(cloud, 'tl_apiKey_1', kept);
    await rememberRejected(cloud, 'tl_apiKey_1', kept);
    assert.deepEqual((await findLogins(cloud, kept)).usable, [{ source: 'cli', secret: 'tl_pat_2' }]);
    assert.doesNotMatch(JSON.stringify([...kept.kept]), /tl_apiKey/);
    // Another server may know it.
    assert.equal((await findLogins({ text: 'http://127.0.0.1:1' }, kept)).usable.length, 1);
    for (let count = 0; count < 30; count += 1) await rememberRejected(cloud, `tl_pat_x${count}`, kept);
    assert.ok(JSON.stringify([...kept.kept]).length < 1000);
  });

  it('are not looked for in what cannot be read, is too long, or is no ordinary file', async () => {
    mkdirSync(join(home, '.config', 'tensorlake', 'contexts.toml'), { recursive: true });
    write('credentials.toml', `token = "tl_pat_2"\n# ${'x'.repeat(70_000)}`);
    assert.deepEqual((await findLogins(cloud, kept)).usable, []);
    write('credentials.toml', 'token = "two words"');
    assert.deepEqual((await findLogins(cloud, kept)).usable, []);
  });
});

import assert from 'node:assert/strict';
import { isBranch, readRepository } from '../../../../../src/remote/clone/model/repository';

describe('the address of a repository', () => {
  for (const [typed, url, host, name] of [
    ['https://github.com/o/r.git', 'https://github.com/o/r.git', 'github.com', 'r'],
    [' https://github.com/o/r/ ', 'https://github.com/o/r/', 'github.com', 'r'],
    [
      'https://gitlab.example.com:8443/a/b/c',
      'https://gitlab.example.com:8443/a/b/c',
      'gitlab.example.com:8443',
      'c',
    ],
    ['git@github.com:o/r.git', 'https://github.com/o/r.git', 'github.com', 'r'],
    ['ssh://git@github.com/o/r.git', 'https://github.com/o/r.git', 'github.com', 'r'],
    ['ssh://git@host.example:2222/o/r.git', 'https://host.example/o/r.git', 'host.example', 'r'],
    ['https://github.com/o/my%2Drepo?x#y', 'https://github.com/o/my%2Drepo', 'github.com', 'my-repo'],
  ] as const)
    it(`reads ${typed}`, () => {
      assert.deepEqual(readRepository(typed), { url, host, name, mayHaveCredentials: true });
    });

  for (const [typed, problem] of [
    ['', 'empty'],
    ['  ', 'empty'],
    ['o/r', 'noAddress'],
    ['/home/me/r', 'noAddress'],
    ['file:///home/me/r', 'noAddress'],
    ['ext::sh -c id', 'noAddress'],
    ['--upload-pack=id', 'noAddress'],
    ['https://me:secret@github.com/o/r', 'password'],
    ['https://token@github.com/o/r', 'password'],
    ['https://github.com', 'noRepository'],
    ['https://github.com/o/-r', 'noRepository'],
    ['https://github.com/o/..', 'noRepository'],
    ['https://github.com/o/a%0Ab', 'noRepository'],
    ['https://github.com/o/%2e%2e%2fetc', 'noRepository'],
  ] as const)
    it(`refuses ${JSON.stringify(typed)}: ${problem}`, () => {
      assert.equal(readRepository(typed), problem);
    });

  it('gets a password over TLS only, or inside the sandbox', () => {
    for (const [url, may] of [
      ['http://github.com/o/r', false],
      ['http://127.0.0.1.example.com/o/r', false],
      ['http://127.0.0.1:3000/r.git', true],
      ['http://localhost/r.git', true],
      ['http://[::1]:80/r.git', true],
    ] as const) {
      const repository = readRepository(url);
      assert.ok(typeof repository === 'object');
      assert.equal(repository.mayHaveCredentials, may, url);
    }
  });
});

describe('a branch', () => {
  it('is what git takes for one', () => {
    for (const name of ['', 'main', 'feature/x-1', 'v1.2.3', 'ü']) assert.ok(isBranch(name), name);
    for (const name of [
      '-b',
      '--upload-pack=x',
      'a b',
      'a..b',
      'a~1',
      'a:b',
      'a\\b',
      '/a',
      'a/',
      'a.lock',
      '.a',
      'a@{1}',
      'a\nb',
    ])
      assert.ok(!isBranch(name), name);
  });
});

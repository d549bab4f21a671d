import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  identityPath,
  ownSshSection,
  remoteSshAuthority,
  sshAlias,
  sshHost,
  sshSections,
  withSshEntry,
  withoutSshEntries,
  type SshEntry,
  type SshFiles,
} from '../../../../../src/remote/ssh/model/sshConfig';
import { parseSshPublicKey } from '../../../../../src/remote/ssh/model/publicKey';

const entry: SshEntry = {
  alias: 'tl-api-dev',
  hostName: 'abc.sandbox.tensorlake.ai',
  sandboxId: 'abc',
  identityFile: '~/.ssh/id_ed25519',
};
const other: SshEntry = {
  ...entry,
  alias: 'tl-docs',
  sandboxId: 'def',
  hostName: 'def.sandbox.tensorlake.ai',
};

const include = '~/.ssh/tensorlake-sandboxes';
const ours = `# >>> Tensorlake Sandboxes. Written by the editor; "Remove SSH Entries" takes it out >>>
Include ${include}
# <<< Tensorlake Sandboxes <<<
`;

function add(files: SshFiles | string, ...entries: readonly SshEntry[]): SshFiles {
  const first = typeof files === 'string' ? { config: files, entries: '' } : files;
  return entries.reduce(
    (before, each) => withSshEntry(before, each, include) ?? assert.fail('damaged'),
    first,
  );
}

function without(files: SshFiles, ...ids: readonly string[]): SshFiles {
  return withoutSshEntries(files, new Set(ids), include) ?? assert.fail('damaged');
}

/** What version 0.1 wrote, before the entries had a file of their own. */
function oldBlock(rest: string, eol = '\n'): string {
  return [
    '# >>> Tensorlake Sandboxes. Written by the editor; "Remove SSH Entries" takes it out >>>',
    'Host tl-docs',
    '  HostName old.example',
    '  User def',
    '  IdentityFile ~/.ssh/id_ed25519',
    '  ForwardAgent yes',
    'Host *',
    '# <<< Tensorlake Sandboxes <<<',
    rest,
  ].join(eol);
}

/** A parser as simple as those of other programs: which lines stand outside of any `Host` and `Match`. */
function globalLines(config: string): readonly string[] {
  const lines = config
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split(/\r?\n/)
    .map(line => line.trim());
  const first = lines.findIndex(line => /^(?:Host|Match)\b/i.test(line));
  return lines.slice(0, first < 0 ? undefined : first).filter(line => line !== '' && !line.startsWith('#'));
}

describe('SSH configuration', () => {
  const configs: Readonly<Record<string, string>> = {
    nothing: '',
    'global directives first': 'AddKeysToAgent yes\n\nHost *\n  User me\n',
    'no line end at the end': 'Host work\n\tUser me',
    'Windows line ends': 'Compression yes\r\nHost work\r\n  User me\r\n',
    'a byte order mark': '\u00ef\u00bb\u00bfHost work\n',
    'bytes that are no UTF-8': 'Host caf\u00e9\n  # \u00ff\u0080\n',
    'odd ends': 'Host a\n\r\n\n\r',
    'an Include of its own': 'Include ~/.orbstack/ssh/config\nUser me\nHost work\n  Port 22\n',
    'Match blocks': 'User me\nMatch host work exec "true"\n  Port 2\nMatch all\n  Compression yes\n',
  };

  for (const [name, config] of Object.entries(configs)) {
    it(`keeps a file with ${name} byte for byte, and restores it`, () => {
      const both = add(config, entry, other);
      assert.ok(both.config.endsWith(config.replace(/^\u00ef\u00bb\u00bf/, '')));
      const one = without(both, 'abc');
      assert.deepEqual(
        sshSections(one)?.map(({ alias }) => alias),
        ['tl-docs'],
      );
      assert.deepEqual(without(one, 'def', 'unknown'), { config, entries: '' });
    });

    it(`takes nothing of a file with ${name} into a block of its own`, () => {
      assert.deepEqual(globalLines(add(config, entry).config), [
        `Include ${include}`,
        ...globalLines(config.replace(/^\u00ef\u00bb\u00bf/, '')),
      ]);
    });
  }

  it('writes what the official tool suggests into a file of its own, which the one of the user includes first', () => {
    const { config, entries } = add('User me\n', entry);
    assert.equal(config, `${ours}User me\n`);
    assert.equal(
      entries,
      [
        'Host tl-api-dev',
        '  HostName abc.sandbox.tensorlake.ai',
        '  User abc',
        '  IdentityFile ~/.ssh/id_ed25519',
        '  IdentitiesOnly yes',
        '  ServerAliveInterval 30',
        '  ServerAliveCountMax 3',
        '',
      ].join('\n'),
    );
  });

  for (const eol of ['\n', '\r\n'])
    it(`moves what an earlier version wrote, with what the user added (${JSON.stringify(eol)})`, () => {
      const before = { config: oldBlock(`User me${eol}`, eol), entries: '' };
      assert.deepEqual(
        sshSections(before)?.map(({ sandboxId }) => sandboxId),
        ['def'],
      );
      const after = add(before, entry);
      assert.equal(after.config, `${ours}User me\n`.replaceAll('\n', eol));
      assert.deepEqual(
        sshSections(after)?.map(({ alias }) => alias),
        ['tl-api-dev', 'tl-docs'],
      );
      assert.ok(after.entries.includes('ForwardAgent yes') && !after.entries.includes('Host *'));
      assert.deepEqual(without(before, 'def'), { config: `User me${eol}`, entries: '' });
    });

  it('replaces the entry of a sandbox and keeps the others, with any additions of the user', () => {
    const both = add('', entry, other);
    const edited = {
      ...both,
      entries: both.entries.replace('  User def\n', '  User def\n  ForwardAgent yes\n'),
    };
    const moved = add(edited, { ...entry, alias: 'tl-renamed', hostName: 'moved.example' });
    assert.ok(moved.entries.includes('ForwardAgent yes'));
    assert.ok(!moved.entries.includes('tl-api-dev') && moved.entries.includes('HostName moved.example'));
    assert.deepEqual(add(moved, { ...entry, alias: 'tl-renamed', hostName: 'moved.example' }), moved);
  });

  it('keeps what the user added to the file, also when the last entry goes', () => {
    const both = add('', entry, other);
    const edited = { ...both, entries: `${both.entries}Host mine\n  Port 2222` };
    const left = without(edited, 'abc', 'def');
    assert.deepEqual(left, { config: ours, entries: 'Host mine\n  Port 2222\n' });
    assert.match(add(left, entry).entries, /^Host tl-api-dev\n[^]*Host mine\n {2}Port 2222\n$/);
  });

  it('knows an entry that the user made', () => {
    const config = 'Host other\n  User me\nHost box\n  HostName abc.example\n  User abc\n';
    assert.equal(ownSshSection({ config, entries: '' }, 'abc')?.alias, 'box');
    assert.equal(ownSshSection({ config, entries: '' }, 'def'), undefined);
  });

  it('does not change a file whose block has lost its first or last line', () => {
    const { config: whole, entries } = add('Host work\n', entry);
    const lines = whole.split('\n');
    const damaged = [
      lines.slice(1).join('\n'),
      lines.filter(line => !line.startsWith('# <<<')).join('\n'),
      whole + whole,
    ];
    for (const config of damaged) {
      assert.equal(sshSections({ config, entries }), undefined);
      assert.equal(withSshEntry({ config, entries }, entry, include), undefined);
      assert.equal(withoutSshEntries({ config, entries }, new Set(['abc']), include), undefined);
    }
  });

  describe('as ssh reads it', () => {
    let folder = '';
    beforeEach(function () {
      if (spawnSync('ssh', ['-V']).error) this.skip();
      folder = mkdtempSync(join(tmpdir(), 'tl-ssh-'));
    });
    afterEach(() => {
      if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    function asked(config: string, host: string, files?: SshFiles): ReadonlyMap<string, string> {
      const path = join(folder, 'config');
      const included = join(folder, 'entries');
      writeFileSync(path, (files?.config ?? config).replace(include, included), 'latin1');
      writeFileSync(included, files?.entries ?? '', 'latin1');
      const text = execFileSync('ssh', ['-G', '-F', path, host], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }).toString();
      return new Map(text.split('\n').map(line => [line.split(' ')[0] ?? '', line] as const));
    }

    for (const [name, config] of Object.entries(configs).filter(([, each]) => !each.startsWith('\u00ef')))
      it(`changes nothing for other hosts of a file with ${name}, and wins for its own`, () => {
        const files = add(config, entry, other);
        for (const host of ['work', 'example.org', 'a'])
          assert.deepEqual(asked(config, host, files), asked(config, host));
        const own = asked(config, 'tl-docs', files);
        assert.equal(own.get('user'), 'user def');
        assert.equal(own.get('hostname'), 'hostname def.sandbox.tensorlake.ai');
        assert.equal(own.get('identitiesonly'), 'identitiesonly yes');
      });
  });

  it('names sandboxes like the official tool, each uniquely', () => {
    assert.equal(sshAlias({ id: 'abc', name: 'api-dev' }, []), 'tl-api-dev');
    assert.equal(sshAlias({ id: 'abc' }, []), 'tl-abc');
    assert.equal(sshAlias({ id: 'abc', name: 'x\nProxyCommand y' }, []), 'tl-abc');
    const taken = [{ alias: 'tl-api-dev', sandboxId: 'def' }];
    assert.equal(sshAlias({ id: 'abcdefghi', name: 'api-dev' }, taken), 'tl-api-dev-abcdef');
    assert.equal(sshAlias({ id: 'def', name: 'api-dev' }, taken), 'tl-api-dev');
  });

  it('rejects a host or id with other syntax in it', () => {
    assert.equal(sshHost('abc', 'https://abc.sandbox.tensorlake.ai/'), 'abc.sandbox.tensorlake.ai');
    for (const [id, url] of [
      ['abc', undefined],
      ['abc', 'nonsense'],
      ['abc', 'https://-oProxyCommand=x/'],
      ['abc', 'https://[::1]/'],
      ['a\nProxyCommand x', 'https://abc.example/'],
      ['-l', 'https://abc.example/'],
    ] as const)
      assert.equal(sshHost(id, url), undefined, String(url));
  });

  it('quotes paths as ssh reads them', () => {
    assert.equal(identityPath('/home/me/.ssh/id_ed25519', '/home/me'), '~/.ssh/id_ed25519');
    assert.equal(identityPath('/keys/100% mine', '/home/me'), '"/keys/100%% mine"');
    assert.equal(identityPath('C:\\Users\\Me Too\\.ssh\\id', 'C:\\Users\\Me Too'), '~/.ssh/id');
    assert.equal(identityPath("/home/me/.ssh/id_o'brien", '/home/me'), '"~/.ssh/id_o\'brien"');
    assert.equal(identityPath('/a"b', '/home/me'), undefined);
    assert.equal(identityPath('/a\nb', '/home/me'), undefined);
    assert.equal(identityPath('/${HOME}', '/home/me'), undefined);
  });

  it('addresses hosts as Remote-SSH does', () => {
    assert.equal(remoteSshAuthority('tl-api-dev'), 'ssh-remote+tl-api-dev');
    assert.equal(
      remoteSshAuthority('tl-Ab'),
      `ssh-remote+${Buffer.from('{"hostName":"tl-Ab"}').toString('hex')}`,
    );
  });

  it('reads public keys', () => {
    const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIPn1';
    assert.deepEqual(parseSshPublicKey(`ssh-ed25519 ${blob} me@here now\n`), {
      type: 'ssh-ed25519',
      blob,
      comment: 'me@here now',
    });
    assert.equal(parseSshPublicKey(`ssh-ed25519 ${blob}`)?.comment, '');
    for (const text of [
      '',
      'ssh-ed25519',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA',
      `ssh-rsa ${blob}\nssh-rsa ${blob}`,
      `ssh-ed25519-cert-v01@openssh.com ${blob}`,
    ])
      assert.equal(parseSshPublicKey(text), undefined);
  });
});

import assert from 'node:assert/strict';
import {
  identityPath,
  remoteSshAuthority,
  sshAlias,
  sshHost,
  sshSections,
  withSshEntry,
  withoutSshEntries,
  type SshEntry,
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

function add(config: string, ...entries: readonly SshEntry[]): string {
  return entries.reduce((text, each) => withSshEntry(text, each) ?? assert.fail('damaged'), config);
}

describe('SSH configuration', () => {
  const configs: Readonly<Record<string, string>> = {
    nothing: '',
    'global directives first': 'AddKeysToAgent yes\n\nHost *\n  User me\n',
    'no line end at the end': 'Host work\n\tUser me',
    'Windows line ends': 'Host work\r\n  User me\r\n',
    'a byte order mark': '\u00ef\u00bb\u00bfHost work\n',
    'bytes that are no UTF-8': 'Host caf\u00e9\n  # \u00ff\u0080\n',
    'odd ends': 'Host a\n\r\n\n\r',
  };

  for (const [name, config] of Object.entries(configs))
    it(`keeps a file with ${name} byte for byte, and restores it`, () => {
      const both = add(config, entry, other);
      assert.ok(both.endsWith(config.replace(/^\u00ef\u00bb\u00bf/, '')));
      const one = withoutSshEntries(both, new Set(['abc']));
      assert.deepEqual(
        sshSections(one ?? '')?.map(({ alias }) => alias),
        ['tl-docs'],
      );
      assert.equal(withoutSshEntries(one ?? '', new Set(['def', 'unknown'])), config);
    });

  it('writes what the official tool suggests, before the entries of the user, and ends its scope', () => {
    assert.equal(
      add('User me\n', entry).split('\n').slice(1).join('\n'),
      [
        'Host tl-api-dev',
        '  HostName abc.sandbox.tensorlake.ai',
        '  User abc',
        '  IdentityFile ~/.ssh/id_ed25519',
        '  IdentitiesOnly yes',
        '  ServerAliveInterval 30',
        '  ServerAliveCountMax 3',
        'Host *',
        '# <<< Tensorlake Sandboxes <<<',
        'User me',
        '',
      ].join('\n'),
    );
  });

  it('replaces the entry of a sandbox and keeps the others, with any additions of the user', () => {
    const edited = add('', entry, other).replace('  User def\n', '  User def\n  ForwardAgent yes\n');
    const moved = add(edited, { ...entry, alias: 'tl-renamed', hostName: 'moved.example' });
    assert.ok(moved.includes('ForwardAgent yes'));
    assert.ok(!moved.includes('tl-api-dev') && moved.includes('HostName moved.example'));
    assert.equal(add(moved, { ...entry, alias: 'tl-renamed', hostName: 'moved.example' }), moved);
  });

  it('keeps what the user added to the block, also in a changed entry', () => {
    const edited = add('', entry, other)
      .replace('  User abc\n', '  User abc\n  LocalForward 8080 localhost:80\n')
      .replace('Host *\n', 'Host mine\n  Port 2222\nHost *\n  ControlMaster auto\n');
    const moved = add(edited, { ...entry, alias: 'tl-new', hostName: 'new.example' });
    for (const line of ['LocalForward 8080', 'Host mine', 'Port 2222', 'ControlMaster auto', 'Host tl-new\n'])
      assert.ok(moved.includes(line), `${line} in ${moved}`);
    assert.ok(!moved.includes('tl-api-dev'));
    const left = withoutSshEntries(moved, new Set(['abc', 'def'])) ?? '';
    assert.ok(left.includes('Port 2222') && left.includes('ControlMaster auto') && !left.includes('tl-'));
    const again = add(left, entry);
    assert.ok(again.indexOf('Host tl-api-dev') < again.indexOf('Host *'));
  });

  it('does not change a file whose block has lost its first or last line', () => {
    const whole = add('Host work\n', entry);
    const lines = whole.split('\n');
    const damaged = [
      lines.slice(1).join('\n'),
      lines.filter(line => !line.startsWith('# <<<')).join('\n'),
      whole + whole,
    ];
    for (const config of damaged) {
      assert.equal(sshSections(config), undefined);
      assert.equal(withSshEntry(config, entry), undefined);
      assert.equal(withoutSshEntries(config, new Set(['abc'])), undefined);
    }
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

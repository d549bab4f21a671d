import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { answering, messagesOf } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { hostileNames } from '../support/hostileNames';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';
import { Transfers } from '../support/transfers';

const megabyte = 1024 * 1024;
const ours = 'find / -xdev -name ".tensorlake-*" 2>/dev/null; ls -A /tmp | grep tensorlake || :';

describe('transfers in trouble', () => {
  let inside: Inside;
  let transfers: Transfers;
  let id = '';
  let local = '';

  before(async () => {
    await signIn();
    ({ id } = await emulator.create({ name: 'trouble', timeout_secs: 86_400 }));
    [inside, transfers] = [new Inside(id), new Transfers(id)];
    await inside.sh(
      'mkdir -p /workspace/in/deep /workspace/out; head -c 104857600 /dev/zero > /workspace/big',
    );
    await commands.executeCommand(commandIds.refresh);
    local = mkdtempSync(join(tmpdir(), 'tl-trouble-'));
    writeFileSync(join(local, 'big'), randomBytes(100 * megabyte));
  });
  after(() => rmSync(local, { recursive: true, force: true }));
  afterEach(async () => await emulator.clearFaults());

  const folder = (name: string): string => {
    const path = join(local, name);
    mkdirSync(path, { recursive: true });
    return path;
  };

  /** Waits until the sandbox is suspended. Any request that could resume it has been sent by then. */
  const staysSuspended = async (): Promise<void> => {
    await waitFor('the suspension', async () => (await emulator.get(id)).status === 'suspended');
  };

  it('number what has the same name, both ways', async () => {
    await inside.sh('mkdir -p /srv/a /srv/b; printf 1 > /srv/a/app.log; printf 2 > /srv/b/app.log');
    const target = folder('numbered');
    await transfers.download(['/srv/a/app.log', '/srv/b/app.log', '/srv/a/app.log'], target);
    assert.deepEqual(readdirSync(target).sort(), ['app (2).log', 'app.log']);
    assert.equal(readFileSync(join(target, 'app.log'), 'utf8'), '1');
    assert.equal(readFileSync(join(target, 'app (2).log'), 'utf8'), '2');
    const sources = ['x', 'y'].map(name => join(folder(name), 'same.txt'));
    sources.forEach((source, index) => writeFileSync(source, String(index)));
    await transfers.upload('/workspace/out', sources);
    assert.equal(await inside.sh('cd /workspace/out; cat same.txt "same (2).txt"'), '01');
  });

  it('follow a link to a folder', async () => {
    await inside.sh('mkdir -p /srv/real/sub; printf 1 > /srv/real/sub/f; ln -s real /srv/pointer');
    await transfers.download('/srv/pointer', local);
    assert.equal(readFileSync(join(local, 'pointer', 'sub', 'f'), 'utf8'), '1');
  });

  it('leave nothing when a connection breaks on the way', async () => {
    const source = folder('broken');
    writeFileSync(join(source, 'f'), 'new');
    await inside.sh('mkdir -p /workspace/in/broken; printf old > /workspace/in/broken/f');
    const drop = { fault: 'drop-before', plane: 'proxy', route: '/api/v1/files' };
    await emulator.addFault({ ...drop, method: 'PUT' });
    assert.match(
      (await messagesOf(() => transfers.upload('/workspace/in', source))).join(),
      /Could not upload/,
    );
    await emulator.clearFaults();
    assert.equal(await inside.sh('cat /workspace/in/broken/f'), 'old');
    await emulator.addFault({ ...drop, method: 'GET' });
    const messages = await messagesOf(() => transfers.download('/workspace/in/broken', local));
    assert.match(messages.join(), /Could not download/);
    await emulator.clearFaults();
    assert.equal(readFileSync(join(source, 'f'), 'utf8'), 'new');
    assert.deepEqual(
      readdirSync(local).filter(name => name.startsWith('.')),
      [],
    );
    assert.equal(await inside.sh(ours), '');
  });

  it('leave nothing when a folder is cancelled', async () => {
    const source = folder('cancelled');
    writeFileSync(join(source, 'big'), randomBytes(100 * megabyte));
    const up = new AbortController();
    const uploading = transfers.upload('/workspace/in', source, { signal: up.signal });
    await waitFor('the upload to begin', async () =>
      (await inside.names('/workspace/in')).some(name => name.startsWith('.')),
    );
    up.abort();
    await uploading;
    assert.deepEqual(
      (await inside.names('/workspace/in')).filter(name => name === 'cancelled'),
      [],
    );
    assert.equal(await inside.sh(ours), '');
  });

  it('ask before many bytes come down', async () => {
    await inside.sh('truncate -s 600M /srv/huge');
    const target = folder('huge');
    const asked = await answering(
      () => Promise.resolve(undefined),
      () => transfers.download('/srv/huge', target),
    );
    assert.deepEqual(asked, ['Download 600 MB?']);
    assert.deepEqual(readdirSync(target), []);
  });

  it('do not wake a sandbox that was suspended under an upload', async () => {
    const uploading = transfers.upload('/workspace/out', join(local, 'big'));
    await waitFor('the upload to begin', async () =>
      (await inside.names('/workspace/out')).some(name => name.startsWith('.')),
    );
    await emulator.suspend(id);
    const messages = await messagesOf(() => uploading);
    assert.match(messages.join(), /not running/);
    await staysSuspended();
  });

  it('do not wake a sandbox that was suspended under a download', async () => {
    await inside.sh('rm -f /workspace/out/.tensorlake-*');
    const target = folder('asleep');
    const downloading = transfers.download('/workspace/big', target);
    await waitFor('the download to begin', () => readdirSync(target).length === 1);
    await emulator.suspend(id);
    await messagesOf(() => downloading);
    assert.deepEqual(readdirSync(target), []);
    await staysSuspended();
  });

  it('do not wake a sandbox that was suspended while a question was open', async () => {
    await inside.write('/workspace/out/asked', 'old');
    await commands.executeCommand(commandIds.refresh);
    const source = join(folder('question'), 'asked');
    writeFileSync(source, 'new');
    const suspend = async (): Promise<string> => {
      await commands.executeCommand(commandIds.suspend, id);
      await waitFor('the suspension', async () => (await emulator.get(id)).status === 'suspended');
      return 'Replace';
    };
    const asked = await answering(suspend, () =>
      transfers.upload('/workspace/out', source, { mayReplace: undefined }),
    );
    assert.match(asked.join('\n'), /exists in .*\n?.*not running/s);
    await staysSuspended();
    assert.equal(await inside.sh('cat /workspace/out/asked'), 'old');
  });
});

describe('transfers without a good tar', () => {
  let inside: Inside;
  let transfers: Transfers;
  let local = '';
  const bin = '/workspace/bin';

  /** Replaces tar with a script. */
  async function tarIs(script: string): Promise<void> {
    await inside.sh(`printf '#!/bin/sh\n%s\n' "$1" > ${bin}/tar; chmod 755 ${bin}/tar`, script);
  }

  before(async () => {
    await emulator.putSecret('PATH', bin);
    const { id } = await emulator.create({ name: 'no-tar', timeout_secs: 86_400, secret_names: ['PATH'] });
    [inside, transfers] = [new Inside(id), new Transfers(id)];
    const script = `mkdir -p ${bin} /workspace/out; ln -s /usr/bin/* /bin/* ${bin} 2>/dev/null; rm -f ${bin}/tar`;
    const body = JSON.stringify({
      command: '/bin/sh',
      args: ['-c', script],
      env: { PATH: '/usr/bin:/bin' },
    });
    await (await inside.fetch('/processes/run', { method: 'POST', body, type: 'application/json' })).text();
    await commands.executeCommand(commandIds.refresh);
    local = mkdtempSync(join(tmpdir(), 'tl-no-tar-'));
  });
  after(() => rmSync(local, { recursive: true, force: true }));

  it('take a tree of 20 files there and back, file by file', async () => {
    const source = join(local, 'tree');
    mkdirSync(join(source, 'sub', 'empty'), { recursive: true });
    const names = hostileNames
      .slice(0, 20)
      .map((name, index) => (index % 2 === 0 ? name : join('sub', name)));
    for (const name of names) writeFileSync(join(source, name), randomBytes(2000));
    assert.equal(await inside.sh('command -v tar || :'), '');
    await transfers.upload('/workspace/out', source);
    const back = join(local, 'back');
    mkdirSync(back);
    await transfers.download('/workspace/out/tree', back);
    const digest = (root: string, name: string): string =>
      createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('hex');
    for (const name of names) assert.equal(digest(join(back, 'tree'), name), digest(source, name), name);
    assert.deepEqual(readdirSync(join(back, 'tree', 'sub', 'empty')), []);
    assert.deepEqual(await inside.names('/workspace/out'), ['tree']);
  });

  it('go file by file where the disk has no room for an archive', async () => {
    await tarIs('echo "tar: x: Cannot write: No space left on device" >&2; exit 2');
    await inside.sh('mkdir -p /srv/full/sub; printf 1 > /srv/full/sub/f');
    await transfers.download('/srv/full', local);
    assert.equal(readFileSync(join(local, 'full', 'sub', 'f'), 'utf8'), '1');
    assert.equal(await inside.sh(ours), '');
  });

  it('leave nothing when cancelled while a folder is packed', async () => {
    await tarIs('touch "$2" /workspace/packing; exec sleep 600');
    const abort = new AbortController();
    const downloading = transfers.download('/srv/full', join(local, 'never'), { signal: abort.signal });
    await waitFor('the packing', async () => (await inside.names('/workspace')).includes('packing'));
    assert.match(await inside.sh(ours), /tensorlake/);
    abort.abort();
    await downloading;
    assert.equal(await inside.sh(ours), '');
  });
});

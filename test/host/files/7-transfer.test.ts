import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { hostileNames } from '../support/hostileNames';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';
import { Transfers } from '../support/transfers';

const megabyte = 1024 * 1024;

/** Type and content digest of every entry below a folder, by path. */
function pictureOf(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name);
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) found.set(name, `link ${readlinkSync(path)}`);
    else if (stats.isDirectory()) found.set(name, 'folder');
    else {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      found.set(name, `${(stats.mode & 0o100) === 0 ? 'file' : 'program'} ${digest}`);
    }
  }
  return found;
}

/** Creates 2,000 files in folders, with all kinds of names. */
function plant(root: string): void {
  let made = 0;
  for (let folder = 0; made < 2000; folder += 1) {
    const base = join(root, `${hostileNames[folder % hostileNames.length]?.slice(0, 200)} ${folder}`);
    mkdirSync(base, { recursive: true });
    for (const name of hostileNames) {
      if (made === 2000) break;
      const path = join(base, name);
      writeFileSync(path, randomBytes((made * 37) % 3000));
      if (made % 7 === 0) chmodSync(path, 0o755);
      made += 1;
    }
  }
  mkdirSync(join(root, 'empty'));
  symlinkSync('empty', join(root, 'link to empty'));
}

/** Peak memory growth of this process while `task` runs. */
async function memoryOf(task: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  try {
    await task();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

/** Sets the size from which a transfer asks for confirmation, in megabytes. */
async function askAbove(megabytes: number | undefined): Promise<void> {
  await workspace.getConfiguration('tensorlake.files').update('confirmAboveMegabytes', megabytes, true);
}

describe('uploads and downloads', () => {
  let inside: Inside;
  let id = '';
  let local = '';
  let transfers: Transfers;
  const upload: Transfers['upload'] = async (...args) => await transfers.upload(...args);
  const download: Transfers['download'] = async (...args) => await transfers.download(...args);

  before(async () => {
    await signIn();
    await askAbove(1_000);
    ({ id } = await emulator.create({ name: 'transfer', timeout_secs: 86_400 }));
    inside = new Inside(id);
    transfers = new Transfers(id);
    await inside.sh('mkdir -p /workspace/up');
    await commands.executeCommand(commandIds.refresh);
    local = mkdtempSync(join(tmpdir(), 'tl-transfer-'));
  });
  after(async () => {
    await askAbove(undefined);
    rmSync(local, { recursive: true, force: true });
  });

  it('take a tree of 2,000 files there and back, byte for byte, whatever their names', async function () {
    this.timeout(90_000);
    const source = join(local, 'tree');
    plant(source);
    await upload('/workspace/up', source);
    assert.equal(await inside.sh('find /workspace/up/tree -type f -print0 | tr -dc "\\\\0" | wc -c'), '2000');
    assert.deepEqual(await inside.names('/workspace/up'), ['tree']);
    const back = join(local, 'back');
    mkdirSync(back);
    await download('/workspace/up/tree', back);
    assert.deepEqual(readdirSync(back), ['tree']);
    assert.deepEqual(pictureOf(join(back, 'tree')), pictureOf(source));
  });

  it('leave what is there already, except files of the same name', async () => {
    const source = join(local, 'merge');
    mkdirSync(join(source, 'sub'), { recursive: true });
    writeFileSync(join(source, 'sub', 'same'), 'mine');
    writeFileSync(join(source, 'new'), 'new');
    await inside.sh(
      'mkdir -p /workspace/up/merge/sub; cd /workspace/up/merge; printf old > sub/same; printf kept > other',
    );
    await upload('/workspace/up', source);
    assert.equal(await inside.sh('cd /workspace/up/merge; cat sub/same other new'), 'minekeptnew');
    await download('/workspace/up/merge', local);
    assert.deepEqual(readdirSync(source).sort(), ['new', 'other', 'sub']);
  });

  it('stream 200 MB both ways without holding them', async function () {
    this.timeout(120_000);
    const source = join(local, 'large.bin');
    writeFileSync(source, randomBytes(200 * megabyte));
    const digest = createHash('sha256').update(readFileSync(source)).digest('hex');
    let startMs = performance.now();
    const grownUp = await memoryOf(async () => await upload('/workspace/up', source));
    const upMs = performance.now() - startMs;
    assert.equal(await inside.sh('sha256sum < /workspace/up/large.bin | cut -d" " -f1'), digest);
    rmSync(source);
    startMs = performance.now();
    const grownDown = await memoryOf(async () => await download('/workspace/up/large.bin', local));
    const downMs = performance.now() - startMs;
    assert.equal(createHash('sha256').update(readFileSync(source)).digest('hex'), digest);
    console.log(
      `200 MB: up ${Math.round(upMs)} ms (+${Math.round(grownUp / megabyte)} MB), down ${Math.round(downMs)} ms (+${Math.round(grownDown / megabyte)} MB)`,
    );
    // The limit is below the 200 MB that a buffering transfer would hold, and above what the garbage collector leaves
    // for a while.
    assert.ok(grownUp < 120 * megabyte, `${grownUp} bytes more on the way up`);
    assert.ok(grownDown < 120 * megabyte, `${grownDown} bytes more on the way down`);
  });

  it('leave the old file and nothing else when cancelled on the way up', async () => {
    const source = join(local, 'cut.bin');
    writeFileSync(source, randomBytes(100 * megabyte));
    await inside.write('/workspace/cut/cut.bin', 'old');
    const abort = new AbortController();
    const done = upload('/workspace/cut', source, { signal: abort.signal });
    await waitFor('the upload to begin', async () => (await inside.names('/workspace/cut')).length === 2);
    abort.abort();
    await done;
    await waitFor('the rest to be deleted', async () => (await inside.names('/workspace/cut')).length === 1);
    assert.equal((await inside.read('/workspace/cut/cut.bin')).toString(), 'old');
  });

  it('leave the old file and nothing else when cancelled on the way down', async () => {
    const folder = join(local, 'down');
    mkdirSync(folder);
    writeFileSync(join(folder, 'large.bin'), 'old');
    const abort = new AbortController();
    const done = download('/workspace/up/large.bin', folder, { signal: abort.signal });
    await waitFor('the download to begin', () => readdirSync(folder).length === 2);
    abort.abort();
    await done;
    assert.deepEqual(readdirSync(folder), ['large.bin']);
    assert.equal(readFileSync(join(folder, 'large.bin'), 'utf8'), 'old');
  });

  it('never leave the chosen folder through a link', async () => {
    await inside.sh(
      'mkdir -p /workspace/trap/in; cd /workspace/trap; printf x > in/f; ln -s in ok; ln -s /etc abs; ln -s ../../.. up; ln in/f hard; ln -s . x; ln -s x/.. y',
    );
    await download('/workspace/trap', local);
    const trap = join(local, 'trap');
    assert.deepEqual(readdirSync(trap).sort(), ['hard', 'in', 'ok', 'x']);
    assert.equal(readlinkSync(join(trap, 'ok')), 'in');
    assert.equal(readFileSync(join(trap, 'hard'), 'utf8'), 'x');
  });
});

import assert from 'node:assert/strict';
import { commands, Disposable, EventEmitter, FileType, Uri, window, workspace } from 'vscode';
import type { FileChangeEvent, FileStat, FileSystemProvider } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

/** Files that are on no disk of this machine, like those of a remote that the window is connected to. */
class ForeignFiles implements FileSystemProvider {
  private readonly files = new Map([
    ['/project/a.txt', 'first'],
    ['/project/below/b.txt', 'second'],
  ]);
  readonly onDidChangeFile = new EventEmitter<FileChangeEvent[]>().event;
  watch(): Disposable {
    return new Disposable(() => undefined);
  }
  stat({ path }: Uri): FileStat {
    const content = this.files.get(path);
    const common = { ctime: 0, mtime: 1_700_000_000_000 };
    return content === undefined
      ? { ...common, type: FileType.Directory, size: 0 }
      : { ...common, type: FileType.File, size: content.length };
  }
  readDirectory({ path }: Uri): [string, FileType][] {
    return path === '/project'
      ? [
          ['a.txt', FileType.File],
          ['below', FileType.Directory],
        ]
      : [['b.txt', FileType.File]];
  }
  readFile({ path }: Uri): Uint8Array {
    return Buffer.from(this.files.get(path) ?? '');
  }
  createDirectory(): void {
    throw new Error('read-only');
  }
  writeFile(): void {
    throw new Error('read-only');
  }
  delete(): void {
    throw new Error('read-only');
  }
  rename(): void {
    throw new Error('read-only');
  }
}

describe('a window that is asked about ports', () => {
  let id = '';
  before(async () => {
    await signIn();
    ({ id } = await emulator.create({ name: 'port-offers' }));
    await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
  });
  afterEach(() => {
    for (const terminal of window.terminals) terminal.dispose();
  });

  const run = async (line: string): Promise<unknown> =>
    await commands.executeCommand(commandIds.runCommand, id, undefined, line);

  it('offers an address in the output of a run once, and a bounded number, without a request', async () => {
    const requests = async (): Promise<number> =>
      (await emulator.counters()).routes['GET /api/v1/tunnels/tcp'] ?? 0;
    const before = await requests();
    const offers = (messages: readonly string[]): readonly string[] =>
      messages.filter(message => message.includes('listens on port'));
    const first = await messagesOf(async () => {
      await run('echo "Local: http://localhost:31234/"; echo "again http://localhost:31234/"');
    });
    assert.deepEqual(offers(first), ['A program in port-offers says that it listens on port 31234.']);
    const again = await messagesOf(async () => {
      await run('echo "Local: http://localhost:31234/"');
    });
    assert.deepEqual(offers(again), []);
    const flood = await messagesOf(async () => {
      await run('i=20000; while [ $i -lt 30000 ]; do echo "http://0.0.0.0:$i/"; i=$((i+1)); done');
    });
    assert.equal(offers(flood).length, 4);
    assert.equal(await requests(), before);
  });

  it('uploads what lies in another file system of the editor', async () => {
    const provider = workspace.registerFileSystemProvider('foreign', new ForeignFiles());
    try {
      await commands.executeCommand(
        commandIds.uploadFiles,
        Uri.from({ scheme: 'tensorlake-sandbox', authority: id, path: '/home/tl-user' }),
        undefined,
        { sources: [Uri.parse('foreign:/project'), Uri.parse('foreign:/project/a.txt')], mayReplace: true },
      );
      const inside = new Inside(id);
      assert.equal(await inside.sh('cd; cat project/a.txt project/below/b.txt a.txt'), 'firstsecondfirst');
    } finally {
      provider.dispose();
    }
  });
});

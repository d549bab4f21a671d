import assert from 'node:assert/strict';
import { DataTransfer, DataTransferItem, type DataTransferFile, Uri } from 'vscode';
import { droppedIn, uriList } from '../../../src/remote/files/tree/dropped';

/** A file as the editor hands it over: of a browser window without an address. */
class DroppedFile extends DataTransferItem {
  constructor(private readonly file: DataTransferFile) {
    super('');
  }

  override asFile(): DataTransferFile {
    return this.file;
  }
}

function fileOf(name: string, uri?: Uri): DataTransferFile {
  return { name, data: () => Promise.resolve(new Uint8Array([1])), ...(uri && { uri }) };
}

function dataOf(...items: readonly (readonly [string, DataTransferItem])[]): DataTransfer {
  const data = new DataTransfer();
  for (const [type, item] of items) data.set(type, item);
  return data;
}

describe('what is dropped on a sandbox', () => {
  it('onto a browser window, is the files themselves', async () => {
    const file = fileOf('a.txt');
    const { uris, files } = await droppedIn(dataOf(['text/plain', new DroppedFile(file)]));
    assert.deepEqual(uris, []);
    assert.deepEqual(files, [file]);
  });

  it('from the desktop onto a window of this machine, is where they are', async () => {
    const at = Uri.file('/home/me/a.txt');
    const { files } = await droppedIn(dataOf(['text/plain', new DroppedFile(fileOf('a.txt', at))]));
    assert.deepEqual(files.map(String), [at.toString()]);
  });

  it('from the Explorer, is the addresses, once', async () => {
    const list = new DataTransferItem('# a comment\r\nfile:///a.txt\r\nvscode-remote://host/b.txt\n');
    const { uris, files } = await droppedIn(
      dataOf([uriList, list], ['text/plain', new DroppedFile(fileOf('a.txt'))]),
    );
    assert.deepEqual(uris.map(String), ['file:///a.txt', 'vscode-remote://host/b.txt']);
    assert.deepEqual(files, []);
  });

  it('of something else, is nothing', async () => {
    assert.deepEqual(await droppedIn(dataOf(['text/plain', new DataTransferItem('words')])), {
      uris: [],
      files: [],
    });
  });
});

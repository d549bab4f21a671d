import assert from 'node:assert/strict';
import { commands, FileSystemError, FileType, Uri, workspace, WorkspaceEdit, Range } from 'vscode';
import { commandIds, fileScheme } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { answering } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { hostileNames } from '../support/hostileNames';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

describe('files of a sandbox', () => {
  let inside: Inside;
  let id = '';
  const at = (path: string): Uri => Uri.from({ scheme: fileScheme, authority: id, path });
  const textOf = async (path: string): Promise<string> => (await inside.read(path)).toString();
  const isKind = (code: string) => (error: unknown) =>
    error instanceof FileSystemError && error.code === code;

  before(async () => {
    await signIn();
    ({ id } = await emulator.create({ name: 'files', timeout_secs: 86_400 }));
    inside = new Inside(id);
    await commands.executeCommand(commandIds.refresh);
  });

  it('saves from an editor what a command in the sandbox reads', async () => {
    await inside.sh(
      'mkdir -p /workspace/edit; printf old > /workspace/edit/a.txt; chmod 751 /workspace/edit/a.txt',
    );
    const document = await workspace.openTextDocument(at('/workspace/edit/a.txt'));
    assert.equal(document.getText(), 'old');
    const edit = new WorkspaceEdit();
    edit.replace(document.uri, new Range(0, 0, 0, 3), 'new content\n');
    assert.ok(await workspace.applyEdit(edit));
    assert.ok(await document.save());
    assert.equal(await inside.sh('cat /workspace/edit/a.txt'), 'new content');
    assert.equal(await inside.sh('stat -c %a /workspace/edit/a.txt'), '751');
    assert.deepEqual(await inside.names('/workspace/edit'), ['a.txt']);
  });

  it('does not overwrite what changed in the sandbox meanwhile', async () => {
    await inside.write('/workspace/edit/b.txt', 'before');
    const document = await workspace.openTextDocument(at('/workspace/edit/b.txt'));
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(0), 'mine ');
    assert.ok(await workspace.applyEdit(edit));
    await inside.write('/workspace/edit/b.txt', 'of somebody else');
    assert.equal(await document.save(), false);
    assert.equal(await textOf('/workspace/edit/b.txt'), 'of somebody else');
    await commands.executeCommand('workbench.action.files.revert', document.uri);
  });

  it('writes through a link, and keeps it', async () => {
    await inside.sh(
      'cd /workspace/edit; printf x > real; ln -s real link; mkdir f; ln -s f folder; ln -s none broken',
    );
    await workspace.fs.writeFile(at('/workspace/edit/link'), Buffer.from('through'));
    assert.equal(await inside.sh('readlink /workspace/edit/link; cat /workspace/edit/real'), 'real\nthrough');
    const types = new Map(await workspace.fs.readDirectory(at('/workspace/edit')));
    assert.equal(types.get('link'), FileType.File | FileType.SymbolicLink);
    assert.equal(types.get('folder'), FileType.Directory | FileType.SymbolicLink);
    assert.equal((types.get('broken') ?? 0) & FileType.SymbolicLink, FileType.SymbolicLink);
    assert.equal(
      (await workspace.fs.stat(at('/workspace/edit/folder'))).type,
      FileType.Directory | FileType.SymbolicLink,
    );
  });

  it('refuses to write through a link that leads nowhere, and says so', async () => {
    await inside.sh('cd /workspace/edit; ln -s none/deeper lost; ln -s circle circle');
    const write = async (name: string): Promise<void> =>
      await workspace.fs.writeFile(at(`/workspace/edit/${name}`), Buffer.from('x'));
    await assert.rejects(() => write('lost'), isKind('FileNotFound'));
    await assert.rejects(() => write('circle'), isKind('Unavailable'));
    await write('broken');
    assert.equal(await inside.sh('cat /workspace/edit/none; ls -A / | grep -cx x || :'), 'x0');
    assert.equal(await inside.sh('cd /workspace/edit; ls -A | grep tensorlake || :'), '');
  });

  it('asks when a file changes while it is saved', async () => {
    await inside.write('/workspace/edit/c.txt', 'before');
    const document = await workspace.openTextDocument(at('/workspace/edit/c.txt'));
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(0), 'mine ');
    assert.ok(await workspace.applyEdit(edit));
    const slow = { fault: 'slow-headers', ms: 1500, plane: 'proxy', route: '/api/v1/files', method: 'PUT' };
    await emulator.addFault(slow);
    try {
      let changes = 0;
      const questions = await answering(
        async () => {
          // Changes the file again while the question is open, and answers the second question with no.
          changes += 1;
          await inside.sh(`printf 'changed again %s' "$1" > /workspace/edit/c.txt`, String(changes));
          return changes === 1 ? 'Overwrite' : undefined;
        },
        async () => {
          const saving = document.save();
          await waitFor('the upload', async () => (await emulator.faultsFired()) > 0);
          await inside.sh(`printf 'of somebody else' > /workspace/edit/c.txt`);
          assert.equal(await saving, false);
        },
      );
      assert.equal(questions.filter(question => /was changed in files/.test(question)).length, 2);
      assert.equal(await textOf('/workspace/edit/c.txt'), 'changed again 2');
      assert.deepEqual(
        (await inside.names('/workspace/edit')).filter(name => /tensorlake/.test(name)),
        [],
      );
    } finally {
      await emulator.clearFaults();
      await commands.executeCommand('workbench.action.files.revert', document.uri);
    }
  });

  it('still knows what was read after a file was renamed', async () => {
    await inside.write('/workspace/edit/d.txt', 'before');
    await workspace.fs.readFile(at('/workspace/edit/d.txt'));
    await workspace.fs.rename(at('/workspace/edit/d.txt'), at('/workspace/edit/e.txt'));
    await inside.write('/workspace/edit/e.txt', 'BEFORE');
    const questions = await answering(
      () => Promise.resolve(undefined),
      () =>
        assert.rejects(
          () => workspace.fs.writeFile(at('/workspace/edit/e.txt'), Buffer.from('mine')) as Promise<unknown>,
        ),
    );
    assert.deepEqual(questions, ['e.txt was changed in files since it was opened. Overwrite it?']);
    assert.equal(await textOf('/workspace/edit/e.txt'), 'BEFORE');
  });

  it('takes every name for what it is', async () => {
    await workspace.fs.createDirectory(at('/workspace/names'));
    const each = async (work: (name: string) => Promise<void>): Promise<void> => {
      await Promise.all(hostileNames.map(work));
    };
    await each(async name => {
      const path = `/workspace/names/${name}`;
      await workspace.fs.writeFile(at(path), Buffer.from(name));
      assert.equal(Buffer.from(await workspace.fs.readFile(at(path))).toString(), name);
      assert.equal((await workspace.fs.stat(at(path))).size, Buffer.byteLength(name));
    });
    assert.deepEqual([...(await inside.names('/workspace/names'))].sort(), [...hostileNames].sort());
    await workspace.fs.createDirectory(at('/workspace/moved'));
    await each(
      async name => await workspace.fs.rename(at(`/workspace/names/${name}`), at(`/workspace/moved/${name}`)),
    );
    await each(async name => await workspace.fs.delete(at(`/workspace/moved/${name}`)));
    assert.deepEqual(await inside.names('/workspace/moved'), []);
  });

  it('makes, copies, moves and deletes folders', async () => {
    await workspace.fs.createDirectory(at('/workspace/tree/a/b'));
    await workspace.fs.writeFile(at('/workspace/tree/a/b/c'), Buffer.from('c'));
    await workspace.fs.copy(at('/workspace/tree/a'), at('/workspace/tree/copy'));
    assert.equal(await textOf('/workspace/tree/copy/b/c'), 'c');
    await workspace.fs.rename(at('/workspace/tree/copy'), at('/workspace/tree/a'), { overwrite: true });
    assert.deepEqual(await inside.names('/workspace/tree'), ['a']);
    await workspace.fs.delete(at('/workspace/tree'), { recursive: true });
    assert.equal(await inside.sh('[ -e /workspace/tree ] || echo gone'), 'gone');
  });

  it('deletes a link and not what it leads to', async () => {
    await inside.sh('mkdir /workspace/kept; printf 1 > /workspace/kept/f; ln -s kept /workspace/pointer');
    await workspace.fs.delete(at('/workspace/pointer'), { recursive: true });
    assert.equal(await inside.sh('[ -L /workspace/pointer ] || cat /workspace/kept/f'), '1');
  });

  it('names no file so that the editor would make a link of it, and finds it by either name', async () => {
    const name = '[Compare](command:workbench.action.files.newUntitledFile)';
    const twice = '[a]\u200b(command:x)';
    await inside.sh('mkdir -p /workspace/odd');
    for (const each of [name, twice]) await inside.write(`/workspace/odd/${each}`, each);
    const shown = (await workspace.fs.readDirectory(at('/workspace/odd'))).map(([each]) => each);
    assert.equal(
      shown.some(each => each.includes('](')),
      false,
    );
    const texts: string[] = [];
    for (const each of shown)
      texts.push(Buffer.from(await workspace.fs.readFile(at(`/workspace/odd/${each}`))).toString());
    assert.deepEqual([...texts].sort(), [name, twice].sort());
    const [first = ''] = shown.filter(each => each.includes('Compare'));
    await workspace.fs.writeFile(at(`/workspace/odd/${first}`), Buffer.from('changed'));
    assert.equal(await textOf(`/workspace/odd/${name}`), 'changed');
    await workspace.fs.rename(at(`/workspace/odd/${first}`), at('/workspace/odd/plain'));
    assert.deepEqual([...(await inside.names('/workspace/odd'))].sort(), [twice, 'plain'].sort());
  });

  it('says what is wrong in the words of the editor', async () => {
    await inside.sh('mkdir -p /workspace/full; printf 1 > /workspace/full/f');
    const { fs } = workspace;
    await assert.rejects(() => fs.stat(at('/workspace/none')) as Promise<unknown>, isKind('FileNotFound'));
    await assert.rejects(
      () => fs.readFile(at('/workspace/none')) as Promise<unknown>,
      isKind('FileNotFound'),
    );
    await assert.rejects(() => fs.delete(at('/workspace/none')) as Promise<unknown>, isKind('FileNotFound'));
    await assert.rejects(
      () => fs.rename(at('/workspace/full'), at('/workspace/edit'), { overwrite: false }) as Promise<unknown>,
      isKind('FileExists'),
    );
    assert.deepEqual(await inside.names('/workspace/full'), ['f']);
  });

  it('leaves a suspended sandbox asleep', async () => {
    const { id: sleeper } = await emulator.create({ name: 'sleeper' });
    await commands.executeCommand(commandIds.refresh);
    await commands.executeCommand(commandIds.suspend, sleeper);
    assert.equal((await emulator.get(sleeper)).status, 'suspended');
    const uri = Uri.from({ scheme: fileScheme, authority: sleeper, path: '/etc/hosts' });
    const requests = await emulator.insideDuring(async () => {
      await assert.rejects(() => workspace.fs.stat(uri) as Promise<unknown>, isKind('Unavailable'));
      await assert.rejects(() => workspace.fs.readFile(uri) as Promise<unknown>, isKind('Unavailable'));
    });
    assert.deepEqual(requests, []);
    assert.equal((await emulator.get(sleeper)).status, 'suspended');
  });
});

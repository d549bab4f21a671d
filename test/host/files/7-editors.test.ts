import assert from 'node:assert/strict';
import {
  commands,
  Range,
  TabInputText,
  TabInputTextDiff,
  Uri,
  ViewColumn,
  window,
  workspace,
  WorkspaceEdit,
  type TextDocument,
} from 'vscode';
import { commandIds, fileScheme } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf, replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

describe('editors with files of a sandbox', () => {
  let inside: Inside;
  let other: Inside;
  let id = '';
  let otherId = '';
  const folder = '/workspace/tabs';
  const at = (name: string, sandbox = id): Uri =>
    Uri.from({ scheme: fileScheme, authority: sandbox, path: `${folder}/${name}` });
  const textOf = async (name: string): Promise<string> => (await inside.read(`${folder}/${name}`)).toString();
  const open = async (name: string): Promise<TextDocument> => {
    await commands.executeCommand(commandIds.openFile, at(name));
    return await waitFor(name, () => workspace.textDocuments.find(({ uri }) => uri.path === at(name).path));
  };
  const type = async ({ uri }: TextDocument, text: string): Promise<void> => {
    const edit = new WorkspaceEdit();
    edit.insert(uri, new Range(0, 0, 0, 0).start, text);
    assert.ok(await workspace.applyEdit(edit));
  };
  const shown = (): readonly string[] =>
    window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap(({ input }) => (input instanceof TabInputText ? [input.uri.path] : [])),
    );
  const documentOf = (name: string): TextDocument | undefined =>
    workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.path === at(name).path);
  const rename = async (name: string, answer: (problem: string | undefined) => string | undefined) =>
    await replying({ box: (_title, _value, problem) => answer(problem) }, () =>
      commands.executeCommand(commandIds.renameFile, at(name)),
    );

  before(async () => {
    await signIn();
    // A browser-hosted editor saves by itself.
    await workspace.getConfiguration('files').update('autoSave', 'off', true);
    ({ id } = await emulator.create({ name: 'tabs-one', timeout_secs: 86_400 }));
    ({ id: otherId } = await emulator.create({ name: 'tabs-two', timeout_secs: 86_400 }));
    [inside, other] = [new Inside(id), new Inside(otherId)];
    for (const each of [inside, other]) {
      await each.sh(`mkdir -p ${folder}/sub`);
      await each.write(`${folder}/notes.txt`, 'note');
    }
    await commands.executeCommand(commandIds.refresh);
  });

  beforeEach(async () => {
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(async () => await commands.executeCommand('workbench.action.closeAllEditors'));

  it('say in their tabs which sandbox a file is from', async () => {
    await commands.executeCommand(commandIds.openFile, at('notes.txt'));
    await commands.executeCommand('workbench.action.keepEditor');
    await commands.executeCommand(commandIds.openFile, at('notes.txt', otherId));
    const labels = await waitFor('both tabs', () => {
      const all = window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
      return all.length === 2 && all;
    });
    assert.deepEqual(labels, ['notes.txt (tabs-one)', 'notes.txt (tabs-two)']);
  });

  it('name their sandboxes in a comparison', async () => {
    await commands.executeCommand(
      commandIds.compareFile,
      at('notes.txt'),
      undefined,
      at('notes.txt', otherId),
    );
    const tab = await waitFor('the comparison', () =>
      window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ input }) => input instanceof TabInputTextDiff),
    );
    assert.equal(tab.label, 'notes.txt (tabs-one) ↔ notes.txt (tabs-two)');
  });

  it('follow a rename, with what was not saved', async () => {
    await inside.write(`${folder}/old.txt`, 'content');
    await type(await open('old.txt'), 'mine ');
    const asked = await rename('old.txt', () => 'new.txt');
    assert.deepEqual(
      asked.map(({ text }) => text),
      ['Rename old.txt in tabs-one'],
    );
    assert.deepEqual(shown(), [at('new.txt').path]);
    const document = await waitFor('the text', () => documentOf('new.txt'));
    assert.equal(document.getText(), 'mine content');
    assert.ok(document.isDirty);
    assert.ok(await document.save());
    assert.equal(await textOf('new.txt'), 'mine content');
    assert.deepEqual(
      (await inside.names(folder)).filter(name => name === 'old.txt'),
      [],
    );
  });

  it('follow a rename of their folder', async () => {
    await inside.write(`${folder}/sub/deep.txt`, 'deep');
    await open('sub/deep.txt');
    await rename('sub', () => 'under');
    assert.deepEqual(shown(), [at('under/deep.txt').path]);
  });

  it('lose nothing when a rename fails', async () => {
    await inside.write(`${folder}/kept.txt`, 'content');
    const document = await open('kept.txt');
    await type(document, 'mine ');
    const taking = workspace.onWillRenameFiles(event => {
      event.waitUntil(inside.write(`${folder}/taken.txt`, 'of somebody else'));
    });
    let problem: string | undefined;
    try {
      await rename('kept.txt', shownProblem => {
        problem = shownProblem;
        return shownProblem === undefined ? 'taken.txt' : undefined;
      });
    } finally {
      taking.dispose();
    }
    assert.match(problem ?? '', /taken\.txt exists in the sandbox already/);
    assert.deepEqual(shown(), [at('kept.txt').path]);
    assert.equal(document.getText(), 'mine content');
    await waitFor('the mark of what is not saved', () => document.isDirty);
    assert.equal(await textOf('taken.txt'), 'of somebody else');
    assert.ok(await document.save());
    assert.equal(await textOf('kept.txt'), 'mine content');
  });

  it('keep the other names of a file that is saved', async () => {
    await inside.sh(`cd ${folder}; printf before > hard; ln hard other-name; chmod 604 hard`);
    const document = await open('hard');
    await type(document, 'after ');
    assert.ok(await document.save());
    assert.equal(
      await inside.sh(`cd ${folder}; cat other-name; stat -c ' %h %a' hard`),
      'after before 2 604',
    );
    assert.ok(await document.save());
  });

  it('notice once they are active again that their file was changed, at most once a minute', async () => {
    const { id: fresh } = await emulator.create({ name: 'tabs-three', timeout_secs: 86_400 });
    await commands.executeCommand(commandIds.refresh);
    const changing = new Inside(fresh);
    await changing.sh(`mkdir -p ${folder}`);
    await changing.write(`${folder}/a.txt`, 'first');
    // Beside each other, since the editor itself looks at a file whose tab comes to the front.
    const a = await workspace.openTextDocument(at('a.txt', fresh));
    await window.showTextDocument(a, { preview: false });
    const local = await workspace.openTextDocument({ content: 'local' });
    await window.showTextDocument(local, { viewColumn: ViewColumn.Beside });
    const focus = async (group: 'First' | 'Second'): Promise<void> => {
      await commands.executeCommand(`workbench.action.focus${group}EditorGroup`);
      const column = group === 'First' ? ViewColumn.One : ViewColumn.Two;
      await waitFor(group, () => window.tabGroups.activeTabGroup.viewColumn === column);
    };
    const looks = (requests: readonly string[]): number =>
      requests.filter(request => request.includes('/processes/run')).length;
    await changing.write(`${folder}/a.txt`, 'second');
    const requests = await emulator.insideDuring(async () => {
      await focus('First');
      await waitFor('the new text', () => a.getText() === 'second');
    });
    // Ours, and that of the editor before it reads, if it looks again.
    assert.ok(looks(requests) <= 2, requests.join());
    await changing.write(`${folder}/a.txt`, 'third');
    const quiet = await emulator.insideDuring(async () => {
      await focus('Second');
      await focus('First');
    });
    assert.deepEqual(quiet, []);
    assert.equal(a.getText(), 'second');
    await commands.executeCommand(commandIds.refreshFiles, at('a.txt', fresh));
    await waitFor('the newest text', () => a.getText() === 'third');
    await emulator.suspend(fresh);
    await waitFor('the suspension', async () => (await emulator.get(fresh)).status === 'suspended');
    const asleep = await emulator.insideDuring(async () => {
      await commands.executeCommand(commandIds.refreshFiles, at('a.txt', fresh));
    });
    assert.deepEqual(asleep, []);
    assert.equal((await emulator.get(fresh)).status, 'suspended');
  });

  it('name what is deleted, and go on after what cannot be', async () => {
    await inside.sh(`mkdir -p ${folder}/gone; cd ${folder}/gone; touch 1 2 3`);
    const uris = ['gone/1', 'gone/2', 'gone/3'].map(name => at(name));
    const asked = await replying({ modal: () => 'Delete' }, () =>
      commands.executeCommand(commandIds.deleteFiles, uris[0], uris),
    );
    const [question] = asked;
    assert.equal(question?.text, 'Delete 3 files or folders from tabs-one?');
    assert.match(question.detail, /\/gone\/1\n.*\/gone\/2\n.*\/gone\/3\n/);
    assert.deepEqual(await inside.names(`${folder}/gone`), []);
    const some = ['/proc/1', `${folder}/gone`];
    const targets = some.map(path => at('x').with({ path }));
    let messages: readonly string[] = [];
    await replying({ modal: () => 'Delete' }, async all => {
      await commands.executeCommand(commandIds.deleteFiles, targets[0], targets);
      await waitFor('the message', () => all.some(({ kind }) => kind === 'message'));
      messages = all.filter(({ kind }) => kind === 'message').map(({ text }) => text);
    });
    assert.match(messages[0] ?? '', /1 of 2 failed.*\/proc\/1/);
    assert.deepEqual(
      (await inside.names(folder)).filter(name => name === 'gone'),
      [],
    );
  });

  it('keep up with what they show when their language is changed', async () => {
    await commands.executeCommand(commandIds.showRawJson, id);
    const document = await waitFor('the document', () => {
      const active = window.activeTextEditor?.document;
      return active?.uri.query === id && active;
    });
    const { languages } = await import('vscode');
    await languages.setTextDocumentLanguage(document, 'plaintext');
    const messages = await messagesOf(() =>
      commands.executeCommand(commandIds.rename, id, undefined, 'tabs-new'),
    );
    assert.deepEqual(messages, []);
    await waitFor('the new name', () => document.getText().includes('"tabs-new"'));
  });
});

import assert from 'node:assert/strict';
import { ESLint, Linter } from 'eslint';
import { projectRoot } from '../../support/projectRoot';

/** What the rules about globals of the editor say of code in a file. */
async function messagesFor(file: string, code: string): Promise<readonly string[]> {
  const config = (await new ESLint({ cwd: projectRoot }).calculateConfigForFile(file)) as Linter.Config;
  const rule = config.rules?.['no-restricted-syntax'];
  assert.ok(rule, 'the rule is on');
  return new Linter()
    .verify(code, { rules: { 'no-restricted-syntax': rule }, languageOptions: { sourceType: 'module' } })
    .map(({ message }) => message);
}

const elsewhere = 'src/views/statusBar.ts';

describe('lint', () => {
  for (const code of [
    "import { window } from 'vscode'; window.showErrorMessage(text);",
    "import { window } from 'vscode'; window.showWarningMessage(text, 'Go');",
    "import { window } from 'vscode'; window['showInformationMessage'](text);",
    "import { window } from 'vscode'; const { showErrorMessage } = window;",
    "import { window } from 'vscode'; const other = window;",
    "import { window as other } from 'vscode'; other.showErrorMessage(text);",
    "import * as vscode from 'vscode'; vscode.window.showErrorMessage(text);",
    "import { window } from 'vscode'; window.withProgress({ title: text }, task);",
    "import { window } from 'vscode'; window.setStatusBarMessage(text);",
    "import { window } from 'vscode'; window.createQuickPick();",
    "import { window } from 'vscode'; window.createInputBox();",
    "import { window } from 'vscode'; window.createTerminal({ name: text });",
    "import { window } from 'vscode'; window.createWebviewPanel('x', text, 1);",
    "import { MarkdownString } from 'vscode'; new MarkdownString(text);",
    "import { TerminalProfile } from 'vscode'; new TerminalProfile({ name: text });",
    "import { CodeLens } from 'vscode'; new CodeLens(range, { title: text });",
  ])
    it(`lets no text past the functions that make it safe: ${code}`, async () => {
      assert.notDeepEqual(await messagesFor(elsewhere, code), []);
    });

  it('allows each of them in the file that makes text safe', async () => {
    const code = "import { window } from 'vscode'; window.showErrorMessage(text);";
    assert.deepEqual(await messagesFor('src/host/editor/dialogs/messages.ts', code), []);
  });
});

import assert from 'node:assert/strict';
import { window, type ExtensionTerminalOptions, type Pseudoterminal } from 'vscode';
import { OutputTerminal } from '../../../src/remote/run/outputTerminal';
import { FakeClock } from '../../support/fakeClock';
import { waitFor } from '../../support/waitFor';

/** What the extension asks the terminal, and what that answers once it has drawn. */
const question = '\u001b[?7727$p';
const answer = '\u001b[?7727;0$y';

/** Makes a tab whose terminal is this test, which draws when it says so. */
function tab(onInput: (text: string) => void): {
  readonly terminal: OutputTerminal;
  readonly pty: Pseudoterminal;
} {
  const { createTerminal } = window;
  let pty: Pseudoterminal | undefined;
  Object.assign(window, {
    createTerminal: (options: ExtensionTerminalOptions) => {
      pty = options.pty;
      return { show: () => undefined, dispose: () => undefined };
    },
  });
  try {
    const nothing = (): void => undefined;
    const options = { name: 'tab', icon: 'run', onClose: nothing, onInput, watch: nothing };
    const terminal = new OutputTerminal(options, new FakeClock());
    assert.ok(pty);
    return { terminal, pty };
  } finally {
    Object.assign(window, { createTerminal });
  }
}

describe('a tab with the output of a program', () => {
  it('gets no more than the window draws, and all of it in the end', async () => {
    const typed: string[] = [];
    const { terminal, pty } = tab(text => typed.push(text));
    let written = 0;
    let drawn = 0;
    let mostUndrawn = 0;
    let unanswered = 0;
    pty.onDidWrite(text => {
      written += text.replaceAll(question, '').length;
      unanswered += text.split(question).length - 1;
      mostUndrawn = Math.max(mostUndrawn, written - drawn);
    });
    pty.open(undefined);
    const line = { line: 'x'.repeat(998), stream: 'stdout', omitted: 0 } as const;
    let added = 0;
    const adding = (async () => {
      for (; added < 5_000; added += 1) await terminal.line(line);
    })();
    await waitFor('the window to have enough', () => written >= 128 * 1024);
    assert.ok(added < 2_500, `${added} lines were read`);
    await waitFor('the rest', () => {
      for (; unanswered > 0; unanswered -= 1) {
        drawn = written;
        pty.handleInput?.(answer);
      }
      return written === 5_000_000;
    });
    assert.ok(mostUndrawn <= 200 * 1024, `${mostUndrawn} characters that were not drawn`);
    await adding;
    pty.handleInput?.('r');
    assert.deepEqual(typed, ['r']);
    pty.close();
  });
});

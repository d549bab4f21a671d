import assert from 'node:assert/strict';
import { EventEmitter, type Pseudoterminal, type window } from 'vscode';
import {
  askModal,
  confirmModal,
  inform,
  notice,
  offerAny,
  reportFailure,
  warn,
} from '../../../src/host/editor/dialogs/messages';
import { startProgress } from '../../../src/host/editor/dialogs/progress';
import { askText } from '../../../src/host/editor/dialogs/quickInput';
import { askMany, askPick } from '../../../src/host/editor/dialogs/quickPick';
import { createTerminal } from '../../../src/host/editor/terminals';
import { UserError } from '../../../src/text/kit/failureText';
import { commandIds } from '../../../src/manifest';
import { tooltipOf } from '../../../src/views/sandboxes/tooltip';
import { sandbox } from '../../support/sandboxBuilder';
import { createPanel } from '../../../src/webview/kit/panel';
import { instead, replying } from '../support/answers';

const worst =
  'Quota. [Retry](command:workbench.action.files.newUntitledFile) $(trash) [x](https://evil.example)';

const link = /\]\((?:command|https?|file):/;
const icon = /\$\([a-z]/;

/** What reached a function of the editor while something was shown. */
async function texts(
  replaced: keyof typeof window,
  act: () => unknown,
  read: (args: readonly unknown[]) => readonly unknown[],
): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const show = (...args: readonly unknown[]): Promise<undefined> => {
    seen.push(...read(args));
    return Promise.resolve(undefined);
  };
  await instead({ [replaced]: show }, async () => {
    await act();
  });
  return seen;
}

function safe(text: unknown, ...patterns: readonly RegExp[]): void {
  assert.ok(typeof text === 'string' && text.replaceAll('\u200b', '').includes('Quota'), String(text));
  for (const pattern of patterns) assert.doesNotMatch(text, pattern);
}

const first = ([text]: readonly unknown[]): readonly unknown[] => [text];

describe('the worst texts', () => {
  it('are text in the tooltip of a row, whose links run two commands and no others', () => {
    const worstId = `${worst})](command:workbench.action.quit) '~!*\ud800`;
    const made = sandbox({
      id: worstId,
      name: worst,
      image: worst,
      errorDetails: worst,
      terminationReason: worst,
    });
    const tooltip = tooltipOf(
      { sandbox: made, seenAtMs: 0 },
      undefined,
      { longRunningHours: 0, planSlots: 0, rates: undefined },
      0,
    );
    assert.deepEqual(tooltip.isTrusted, {
      enabledCommands: [commandIds.showDetails, commandIds.openTerminal],
    });
    assert.equal(tooltip.supportHtml, false);
    const links = [...tooltip.value.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, address = '']) => address);
    assert.equal(links.length, 2, tooltip.value);
    for (const [index, address] of links.entries()) {
      const [command = '', query = ''] = address.split('?');
      assert.equal(command, `command:${index === 0 ? commandIds.showDetails : commandIds.openTerminal}`);
      assert.deepEqual(JSON.parse(decodeURIComponent(query)), [worstId]);
    }
    const lines = tooltip.value.split('\n').filter(line => line.startsWith('| **'));
    assert.ok(lines.length <= 6, lines.join('\n'));
  });

  it('are text in every kind of notification', async () => {
    for (const [method, act] of [
      ['showInformationMessage', () => inform(worst)],
      ['showInformationMessage', () => offerAny(worst, ['Go'])],
      ['showWarningMessage', () => warn(worst)],
      ['showErrorMessage', () => reportFailure('Could not', new UserError(worst), () => undefined)],
      ['showErrorMessage', () => reportFailure(worst, new Error('x'), () => undefined)],
    ] as const) {
      const [text] = await texts(method, act, first);
      safe(text, link);
    }
  });

  it('are shown as they are in dialogs, which make nothing of them, and are bounded there', async () => {
    const long = 'x'.repeat(1e6);
    for (const [method, act] of [
      ['showWarningMessage', () => confirmModal(worst, long, 'Go')],
      ['showInformationMessage', () => askModal(worst, long, ['Go'])],
    ] as const) {
      const [question, options] = await texts(method, act, args => args.slice(0, 2));
      assert.equal(question, worst);
      assert.ok(JSON.stringify(options).length < 5_000);
    }
  });

  it('are text in a progress notification, which the status bar may show too', async () => {
    const reported: string[] = [];
    const withProgress = async (
      options: { readonly title: string },
      task: (bar: object, token: object) => Promise<unknown>,
    ): Promise<void> => {
      safe(options.title, link, icon);
      await task(
        { report: ({ message }: { readonly message: string }) => reported.push(message) },
        { onCancellationRequested: () => ({ dispose: () => undefined }) },
      );
    };
    await instead({ withProgress }, async () => {
      const progress = startProgress(worst);
      progress.report(worst);
      progress.done();
      await Promise.resolve();
    });
    safe(reported[0], link, icon);
  });

  it('are text in the status bar', async () => {
    const [text] = await texts('setStatusBarMessage', () => notice('lock', worst, 1), first);
    assert.ok(typeof text === 'string' && text.startsWith('$(lock) '));
    safe(text.slice('$(lock) '.length), icon);
  });

  it('are text in pick lists', async () => {
    const items = [{ label: worst, description: worst, detail: worst, answer: 1, picked: true }];
    for (const ask of [
      () => askPick({ title: 'Pick', placeholder: worst, items }),
      () => askMany({ title: 'Pick', placeholder: worst, items }),
    ]) {
      const asked = await replying({}, ask);
      const [item] = asked.flatMap(each => each.items);
      for (const text of [item?.label, item?.description, item?.detail]) safe(text, icon);
    }
  });

  it('are text below an input box', async () => {
    const problems: string[] = [];
    await replying(
      {
        box: (_title, _value, problem) => {
          if (problem !== undefined) problems.push(problem);
          return problems.length === 0 ? 'x' : undefined;
        },
      },
      () => askText({ prompt: worst, validate: () => worst }),
    );
    safe(problems[0], link, icon);
  });

  it('are text in the titles of terminals and pages', () => {
    const writes = new EventEmitter<string>();
    const pty: Pseudoterminal = { onDidWrite: writes.event, open: () => undefined, close: () => undefined };
    const terminal = createTerminal({ name: worst, pty, icon: 'terminal' });
    safe(terminal.name, icon);
    terminal.dispose();
    writes.dispose();
    const panel = createPanel('tensorlake.test', worst);
    safe(panel.title, icon);
    panel.dispose();
  });
});

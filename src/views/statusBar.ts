import { StatusBarAlignment, ThemeColor, l10n, window } from 'vscode';
import { countByState, type StateCount } from '../core/counts';
import { DisposableStore, type DisposableLike } from '../core/disposable';
import type { SandboxState } from '../core/state';
import type { ListStatus, PanelSnapshot, SandboxStore } from '../core/store';
import { listFailureSentence } from '../host/failureText';
import { commandIds } from '../manifest';
import { escapeMarkdown, untrusted } from './markdown';
import { separator, stateTitle, timeOfDay } from '../host/words';

/** What the item shows; written to the editor only when it differs. */
interface StatusFace {
  readonly text: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly command: string;
  readonly isRejected: boolean;
}

/** The status bar item: how many sandboxes are in which state, and how far that can be trusted. */
export class StatusBar implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    window.createStatusBarItem('tensorlake.status', StatusBarAlignment.Left, 0),
  );
  private shown: StatusFace | undefined;

  constructor(private readonly store: SandboxStore) {
    this.item.name = l10n.t('Tensorlake Sandboxes');
    this.disposables.add(store.onDidChange(() => this.update()));
    this.update();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const face = faceOf(this.store.current);
    if (!face) {
      this.shown = undefined;
      this.item.hide();
      return;
    }
    const { shown } = this;
    if (shown && isSameFace(shown, face)) return;
    this.item.text = face.text;
    this.item.tooltip = untrusted(face.tooltip);
    this.item.tooltip.supportThemeIcons = true;
    this.item.command = face.command;
    this.item.accessibilityInformation = { label: face.spoken, role: 'button' };
    this.item.backgroundColor = face.isRejected
      ? new ThemeColor('statusBarItem.warningBackground')
      : undefined;
    if (!shown) this.item.show();
    this.shown = face;
  }
}

function isSameFace(a: StatusFace, b: StatusFace): boolean {
  return a.text === b.text && a.tooltip === b.tooltip && a.spoken === b.spoken && a.command === b.command;
}

function faceOf({ status, rows }: PanelSnapshot): StatusFace | undefined {
  if (status.kind === 'signedOut') return undefined;
  const counts = countByState(rows.values());
  const isRejected = 'failure' in status && status.failure.kind === 'unauthenticated';
  const summary = summaryOf(counts);
  return {
    ...headline(status, isRejected, summary),
    tooltip: [`**${l10n.t('Tensorlake Sandboxes')}**`, countTable(counts), freshness(status)].join('\n\n'),
    command: isRejected ? commandIds.signIn : commandIds.pick,
    isRejected,
  };
}

function headline(
  status: ListStatus,
  isRejected: boolean,
  summary: string,
): { text: string; spoken: string } {
  const product = l10n.t('Tensorlake');
  if (isRejected) {
    const text = l10n.t('Tensorlake: sign in');
    return { text: `$(error) ${text}`, spoken: l10n.t('Tensorlake: the API key was rejected, sign in') };
  }
  switch (status.kind) {
    case 'stale': {
      const text = l10n.t('{0}, as of {1}', summary, timeOfDay(status.sinceMs));
      return { text: `$(warning) ${text}`, spoken: `${product}: ${text}` };
    }
    case 'failed': {
      const sentence = listFailureSentence(status.failure.kind);
      return { text: `$(warning) ${product}`, spoken: `${product}: ${sentence}` };
    }
    case 'loading':
      return { text: `$(vm) ${product}`, spoken: l10n.t('Tensorlake: loading sandboxes') };
    default:
      return { text: `$(vm) ${summary}`, spoken: `${product}: ${summary}` };
  }
}

/** What costs now, and what is about to; the tooltip has the rest. */
function summaryOf(counts: readonly StateCount[]): string {
  if (counts.length === 0) return l10n.t('no sandboxes');
  const countOf = (state: SandboxState): number => counts.find(each => each.state === state)?.count ?? 0;
  const pending = countOf('pending');
  return [
    l10n.t('{0} running', countOf('running')),
    ...(pending === 0 ? [] : [l10n.t('{0} pending', pending)]),
  ].join(separator);
}

function countTable(counts: readonly StateCount[]): string {
  if (counts.length === 0) return l10n.t('No sandboxes.');
  const lines = counts.map(
    ({ state, rawState, count }) => `| ${escapeMarkdown(stateTitle(state, rawState))} | ${count} |`,
  );
  return [`| ${l10n.t('State')} | ${l10n.t('Sandboxes')} |`, '| :--- | ---: |', ...lines].join('\n');
}

function freshness(status: ListStatus): string {
  switch (status.kind) {
    case 'signedOut':
      return '';
    case 'loading':
      return l10n.t('Loading…');
    case 'fresh':
      return l10n.t('Last refresh at {0}.', timeOfDay(status.atMs));
    case 'stale':
      return `${listFailureSentence(status.failure.kind)} ${l10n.t('Last refresh at {0}.', timeOfDay(status.sinceMs))}`;
    case 'failed':
      return listFailureSentence(status.failure.kind);
  }
}

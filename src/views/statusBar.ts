import { ThemeColor, l10n, type StatusBarItem } from 'vscode';
import type { Clock } from '../core/kernel/time/clock';
import { countingByState, slotsInUse, type StateCount } from '../core/list/counts';
import { ListObserver } from '../core/list/polling/listObserver';
import { eachInSteps, type Steps } from '../core/kernel/steps';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { estimateOfAll, type Estimate, type Billing } from '../core/billing/rates';
import { longRunningFrom } from '../core/billing/runningTime';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { SandboxState } from '../core/sandbox/state';
import type { ListStatus } from '../core/list/listStatus';
import type { Row } from '../core/list/rows';
import type { PanelSnapshot, SandboxStore } from '../core/list/store';
import type { BillingStore } from '../host/storage/billingSettings';
import type { DefaultSandboxes } from '../host/storage/defaultSandboxes';
import { hourly } from '../text/billing';
import { listFailureSentence } from '../text/kit/failureText';
import { rowName } from '../text/sandbox/rowText';
import { commandIds } from '../manifest';
import { listText } from '../text/kit/listText';
import { escapeMarkdown, untrusted } from '../text/kit/markdown';
import { plainText, separator } from '../text/kit/plainText';
import { statusText } from '../text/kit/surfaces';
import { stateTitle } from '../text/sandbox/stateText';
import { timeOfDay } from '../text/kit/units';

/** What the item shows; sent to the editor only when it changed. */
interface Appearance {
  readonly text: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly command: string;
  readonly isWarning: boolean;
}

/** What is computed from the rows, once for each change of them. */
interface Summary {
  readonly rows: PanelSnapshot['rows'];
  readonly billing: Billing;
  readonly counts: readonly StateCount[];
  readonly estimate: Estimate | undefined;
}

/** What the item says of the rows at a time. */
interface Content extends Summary {
  /** The sandboxes that have been running for long. */
  readonly long: readonly Row[];
  /** The sandbox that commands take when none is named, if there is one. */
  readonly defaults: readonly Row[];
}

/** How many names of sandboxes a line of the tooltip lists. */
const mostNames = 5;

/** The status bar item: how many sandboxes are in which state, and whether that is up to date. */
export class StatusBar implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private shown: Appearance | undefined;
  private summary: Summary | undefined;

  private readonly list: ListObserver;

  constructor(
    private readonly item: StatusBarItem,
    private readonly store: SandboxStore,
    private readonly clock: Clock,
    private readonly billing: BillingStore,
    private readonly defaults: Pick<DefaultSandboxes, 'marked' | 'onDidChange'>,
  ) {
    item.name = l10n.t('Tensorlake Sandboxes');
    this.list = this.disposables.add(new ListObserver(store, clock, () => this.updating()));
    this.disposables.add(billing.onDidChange(() => this.list.refresh()));
    this.disposables.add(defaults.onDidChange(() => this.list.refresh()));
    this.list.refresh();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private *summarizing(rows: PanelSnapshot['rows']): Steps<Summary> {
    const billing = this.billing.current;
    if (this.summary?.rows === rows && this.summary.billing === billing) return this.summary;
    const sandboxes: Sandbox[] = [];
    if (billing.rates) yield* eachInSteps(rows.values(), row => sandboxes.push(row.sandbox));
    const estimate = billing.rates && estimateOfAll(sandboxes, billing.rates);
    return { rows, billing, counts: yield* countingByState(rows.values()), estimate };
  }

  private *updating(): Steps<void> {
    const snapshot = this.store.current;
    const nowMs = this.clock.now();
    this.summary = yield* this.summarizing(snapshot.rows);
    const { longRunningHours } = this.summary.billing;
    const long: Row[] = [];
    if (longRunningHours > 0)
      yield* eachInSteps(snapshot.rows.values(), row => {
        if ((longRunningFrom(row, longRunningHours) ?? Infinity) <= nowMs) long.push(row);
      });
    const defaults = [...this.defaults.marked].flatMap(id => snapshot.rows.get(id) ?? []);
    this.show(appearanceOf(snapshot, { ...this.summary, long, defaults }));
  }

  private show(appearance: Appearance | undefined): void {
    if (!appearance) {
      this.shown = undefined;
      this.item.hide();
      return;
    }
    const { shown } = this;
    if (shown && isSameAppearance(shown, appearance)) return;
    this.item.text = appearance.text;
    this.item.tooltip = untrusted(appearance.tooltip);
    this.item.tooltip.supportThemeIcons = true;
    this.item.command = appearance.command;
    this.item.accessibilityInformation = { label: appearance.spoken, role: 'button' };
    this.item.backgroundColor = appearance.isWarning
      ? new ThemeColor('statusBarItem.warningBackground')
      : undefined;
    if (!shown) this.item.show();
    this.shown = appearance;
  }
}

function isSameAppearance(a: Appearance, b: Appearance): boolean {
  return (
    a.text === b.text &&
    a.tooltip === b.tooltip &&
    a.spoken === b.spoken &&
    a.command === b.command &&
    a.isWarning === b.isWarning
  );
}

function appearanceOf({ status, account }: PanelSnapshot, summary: Content): Appearance | undefined {
  if (status.kind === 'signedOut') return undefined;
  const isRejected = 'failure' in status && status.failure.kind === 'unauthenticated';
  const isFull = isPlanFull(summary);
  return {
    ...withAccount(headline(status, isRejected, { text: summaryOf(summary), isFull }), account),
    tooltip: [
      `**${l10n.t('Tensorlake Sandboxes')}**`,
      ...(account === undefined ? [] : [l10n.t('Profile: {0}', escapeMarkdown(plainText(account)))]),
      countTable(summary.counts),
      ...defaultLine(summary),
      ...billLines(summary),
      freshness(status),
    ].join('\n\n'),
    command: isRejected ? commandIds.signIn : commandIds.pick,
    isWarning: isRejected || isFull,
  };
}

/** Adds the account where the user has several. */
function withAccount(
  { text, spoken }: { readonly text: string; readonly spoken: string },
  account: string | undefined,
): { readonly text: string; readonly spoken: string } {
  if (account === undefined) return { text, spoken };
  return {
    text: `${text} · ${statusText(plainText(account, 24))}`,
    spoken: `${spoken}, ${plainText(account)}`,
  };
}

function isPlanFull({ counts, billing }: Summary): boolean {
  return billing.planSlots > 0 && slotsInUse(counts) >= billing.planSlots;
}

function headline(
  status: ListStatus,
  isRejected: boolean,
  { text: summary, isFull }: { readonly text: string; readonly isFull: boolean },
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
      const sentence = listFailureSentence(status.failure);
      return { text: `$(warning) ${product}`, spoken: `${product}: ${sentence}` };
    }
    case 'loading':
      return { text: `$(vm) ${product}`, spoken: l10n.t('Tensorlake: loading sandboxes') };
    default:
      return {
        text: `${isFull ? '$(warning)' : '$(vm)'} ${summary}`,
        spoken: `${product}: ${summary}${isFull ? `, ${l10n.t('the plan is full')}` : ''}`,
      };
  }
}

/** The sandboxes that cost money now or will soon; the tooltip has all others. */
function summaryOf({ counts, billing }: Summary): string {
  const { planSlots } = billing;
  if (counts.length === 0 && planSlots === 0) return l10n.t('no sandboxes');
  const countOf = (state: SandboxState): number => counts.find(each => each.state === state)?.count ?? 0;
  const running = countOf('running');
  const pending = countOf('pending');
  const inUse = slotsInUse(counts);
  if (planSlots > 0 && inUse === running) return l10n.t('{0}/{1} running', running, planSlots);
  return [
    l10n.t('{0} running', running),
    ...(pending === 0 ? [] : [l10n.t('{0} pending', pending)]),
    ...(planSlots === 0 ? [] : [l10n.t('{0}/{1} in use', inUse, planSlots)]),
  ].join(separator);
}

function countTable(counts: readonly StateCount[]): string {
  if (counts.length === 0) return l10n.t('No sandboxes.');
  const lines = counts.map(
    ({ state, rawState, count }) => `| ${escapeMarkdown(stateTitle(state, rawState))} | ${count} |`,
  );
  return [`| ${l10n.t('State')} | ${l10n.t('Sandboxes')} |`, '| :--- | ---: |', ...lines].join('\n');
}

function defaultLine({ defaults }: Content): readonly string[] {
  return defaults.length === 0 ? [] : [l10n.t('Default here: {0}', escapeMarkdown(namesOf(defaults)))];
}

/** Use of the plan, cost and long running sandboxes, each where the user's settings ask for it. */
function billLines({ billing, counts, estimate, long }: Content): readonly string[] {
  const { rates, planSlots } = billing;
  const lines: string[] = [];
  if (planSlots > 0)
    lines.push(l10n.t('{0} of {1} places of the plan are in use.', slotsInUse(counts), planSlots));
  if (rates && estimate)
    lines.push(l10n.t('Estimated cost by your rates: {0}', escapeMarkdown(hourly(estimate, rates))));
  if (long.length > 0) lines.push(l10n.t('Long running: {0}', escapeMarkdown(namesOf(long))));
  return lines;
}

function namesOf(rows: readonly Row[]): string {
  return listText(rows.slice(0, mostNames).map(rowName), mostNames, rows.length);
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
      return `${escapeMarkdown(listFailureSentence(status.failure))} ${l10n.t('Last refresh at {0}.', timeOfDay(status.sinceMs))}`;
    case 'failed':
      return escapeMarkdown(listFailureSentence(status.failure));
  }
}

import { l10n } from 'vscode';
import { goneState, type ObservedTransition, type TransitionCause } from '../../core/activity/activityLog';
import { parseState } from '../../core/sandbox/state';
import { timelineOf, type TimelineSegment } from '../../core/activity/timeline';
import { actionWord, pendingReason, stateWord } from '../../text/sandbox/stateText';
import { dateAndTime, timeOfDay } from '../../text/kit/units';
import { plainText } from '../../text/kit/plainText';
import type { PageFacts } from './facts';
import { card, element, type PageNode } from '../kit/pageNode';

/** The share of the width that a character of a name takes in a narrow page. */
const roomForCharacter = 0.022;
const barHeight = 22;
const pictureHeight = 44;

/** The states this window saw, as a picture and as a list. */
export function timelineCard(facts: PageFacts): PageNode | undefined {
  const { entries, sandbox, nowMs } = facts;
  const state = facts.availability.kind === 'gone' ? goneState : sandbox.rawState;
  const segments = timelineOf(entries, state, nowMs);
  return card(
    'timeline',
    l10n.t('Timeline'),
    picture(segments),
    entries.length === 0
      ? element(
          'p',
          { class: 'quiet' },
          l10n.t('No change was seen since this window opened. Changes appear here while it is open.'),
        )
      : element('ol', { class: 'changes' }, ...entries.map(changeLine)),
  );
}

function picture(segments: readonly TimelineSegment[]): PageNode {
  const spoken = segments.map(({ state }) => wordOf(state)).join(', ');
  return element(
    'svg',
    {
      class: 'timeline',
      role: 'img',
      'aria-label': l10n.t('States in order: {0}. The list below has the times.', spoken),
      width: '100%',
      height: String(pictureHeight),
    },
    ...segments.flatMap(segmentNodes),
  );
}

function segmentNodes({ state, fromMs, toMs, x, width }: TimelineSegment): readonly PageNode[] {
  const from = fromMs === undefined ? l10n.t('earlier') : timeOfDay(fromMs);
  const to = toMs === undefined ? l10n.t('now') : timeOfDay(toMs);
  const rect = element(
    'rect',
    {
      class: `segment ${lookOf(state)}`,
      x: percent(x),
      y: '0',
      width: percent(width),
      height: String(barHeight),
    },
    element('title', {}, `${wordOf(state)}: ${from} – ${to}`),
  );
  // A name that does not fit would run into the next one; it is in the tooltip and in the list.
  if (width < (wordOf(state).length + 1) * roomForCharacter) return [rect];
  const label = element(
    'text',
    { class: 'segment-name', x: percent(x), y: String(pictureHeight - 6) },
    wordOf(state),
  );
  return [rect, label];
}

function changeLine({ atMs, from, to, cause }: ObservedTransition): PageNode {
  const change = from === undefined ? wordOf(to) : l10n.t('{0} → {1}', wordOf(from), wordOf(to));
  const why = causeText(cause);
  return element(
    'li',
    {},
    element('time', { datetime: new Date(atMs).toISOString(), title: dateAndTime(atMs) }, timeOfDay(atMs)),
    ` ${change}`,
    why === undefined ? undefined : element('span', { class: 'quiet' }, ` ${why}`),
  );
}

function causeText(cause: TransitionCause): string | undefined {
  switch (cause.kind) {
    case 'user':
      return l10n.t('asked for in this window: {0}', actionWord(cause.action));
    case 'created':
      return l10n.t('created');
    case 'idleTimeout':
      return cause.isCertain ? l10n.t('idle timeout') : l10n.t('idle timeout, likely');
    case 'lifetime':
      return l10n.t('lifetime over');
    case 'snapshot':
      return l10n.t('a snapshot was taken');
    case 'reported': {
      const known = pendingReason(cause.reason);
      return known === cause.reason ? plainText(cause.reason) : known;
    }
    case 'unknown':
      return undefined;
  }
}

function wordOf(rawState: string): string {
  return rawState === goneState ? l10n.t('no longer listed') : stateWord(parseState(rawState), rawState);
}

function lookOf(rawState: string): string {
  return rawState === goneState ? 'state-gone' : `state-${parseState(rawState)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

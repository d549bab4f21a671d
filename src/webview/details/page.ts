import { l10n } from 'vscode';
import { displayName, hasLifetime, isEphemeral, type Sandbox } from '../../core/sandbox/sandbox';
import { actionWord, stateTitle } from '../../text/sandbox/stateText';
import { plainText, separator } from '../../text/kit/plainText';
import { sizeParts, shortAge, timeOfDay } from '../../text/kit/units';
import type { Availability } from '../../core/list/availability';
import { listFailureSentence } from '../../text/kit/failureText';
import { ActionButtons } from './actions';
import type { PageFacts } from './facts';
import { lineageCard, placementCard, sandboxCard, sizeCard, storageCard } from './factCards';
import { networkCard, portsCard } from './networkCards';
import { card, code, copyButton, element, factList, type PageNode } from '../kit/pageNode';
import { idleText, situationOf } from '../../text/sandbox/statusText';
import { timelineCard } from './timelineCard';

/** The page of a sandbox. */
export function drawPage(facts: PageFacts): PageNode {
  const { sandbox } = facts;
  const actions = new ActionButtons(facts);
  return element(
    'article',
    {},
    header(facts, actions),
    notice(facts),
    element(
      'div',
      { class: 'cards' },
      situationCard(facts),
      timelineCard(facts),
      sandboxCard(facts),
      sizeCard(facts, actions),
      portsCard(facts, actions),
      networkCard(sandbox, actions),
      storageCard(sandbox, actions),
      lineageCard(facts),
      placementCard(sandbox),
    ),
  );
}

/** What a screen reader says when the state changes. */
export function spokenState({ sandbox, action, availability }: PageFacts): string {
  const name = plainText(displayName(sandbox));
  if (availability.kind === 'gone') return l10n.t('{0} is no longer listed.', name);
  if (availability.kind === 'elsewhere') return l10n.t('{0} is not of the account in use.', name);
  const state = action === undefined ? stateTitle(sandbox.state, sandbox.rawState) : actionWord(action);
  return `${name}: ${state}`;
}

function header({ sandbox, action, availability, nowMs }: PageFacts, actions: ActionButtons): PageNode {
  const age = sandbox.createdAtMs === undefined ? undefined : shortAge(sandbox.createdAtMs, nowMs);
  const summary = [
    ...(isEphemeral(sandbox) && !hasLifetime(sandbox) ? [l10n.t('ephemeral')] : []),
    ...sizeParts(sandbox.resources),
    ...(age === undefined ? [] : [l10n.t('created {0} ago', age)]),
  ];
  return element(
    'header',
    {},
    element(
      'div',
      { class: 'title' },
      element('h1', {}, plainText(displayName(sandbox), 80)),
      badge(sandbox, availability),
      action === undefined ? undefined : element('span', { class: 'quiet' }, actionWord(action)),
    ),
    element(
      'p',
      { class: 'quiet' },
      code(sandbox.id),
      ' ',
      copyButton('id', l10n.t('Copy the id')),
      ...summary.map(part => `${separator}${part}`),
    ),
    actions.general(),
  );
}

function badge(sandbox: Sandbox, availability: Availability): PageNode {
  const state = stateTitle(sandbox.state, sandbox.rawState);
  return availability.kind === 'gone' || availability.kind === 'elsewhere'
    ? element('span', { class: 'badge state-gone' }, l10n.t('Last seen: {0}', state))
    : element('span', { class: `badge state-${sandbox.state}` }, state);
}

/** Why the page may be out of date; empty while it is not. */
export function notice({ availability }: Pick<PageFacts, 'availability'>): PageNode {
  const words = noticeText(availability);
  return element(
    'div',
    { id: 'notice' },
    words === undefined ? undefined : element('p', { class: 'notice' }, words),
  );
}

function noticeText(availability: PageFacts['availability']): string | undefined {
  switch (availability.kind) {
    case 'current':
      return undefined;
    case 'archived':
      return l10n.t('It is in the archive: this is how it ended.');
    case 'gone':
      return l10n.t('Tensorlake does not list this sandbox any more. This is what was last known of it.');
    case 'elsewhere':
      return l10n.t('The account in use does not list this sandbox. This is what was last known of it.');
    case 'waiting':
      return l10n.t('Tensorlake is being asked. This is what was last known.');
    case 'signedOut':
      return l10n.t('You are signed out. This is what was last known.');
    case 'stale':
      return availability.sinceMs === undefined
        ? l10n.t('{0} This is what was last known.', listFailureSentence(availability.failure))
        : l10n.t(
            '{0} This is as of {1}.',
            listFailureSentence(availability.failure),
            timeOfDay(availability.sinceMs),
          );
  }
}

function situationCard({ sandbox }: PageFacts): PageNode | undefined {
  const { what, next } = situationOf(sandbox);
  return card(
    'situation',
    l10n.t('What is going on'),
    element('p', { class: isTrouble(sandbox) ? 'trouble' : 'situation' }, what),
    factList([
      [l10n.t('What to do'), next],
      [
        hasLifetime(sandbox) ? l10n.t('How long') : l10n.t('When idle'),
        sandbox.state === 'terminated' ? undefined : idleText(sandbox),
      ],
      [l10n.t('Pending because'), sandbox.pendingReason && code(sandbox.pendingReason)],
      [l10n.t('Ended because'), sandbox.terminationReason && code(sandbox.terminationReason)],
      [l10n.t('Outcome'), sandbox.outcome && code(sandbox.outcome)],
      [
        l10n.t('Error'),
        sandbox.errorDetails === undefined
          ? undefined
          : element('pre', { tabindex: '0' }, plainText(sandbox.errorDetails, 2000)),
      ],
    ]),
  );
}

function isTrouble({ errorDetails, outcome }: Sandbox): boolean {
  return errorDetails !== undefined || outcome?.startsWith('Failure') === true;
}

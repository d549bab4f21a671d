import { l10n } from 'vscode';
import {
  badNetworkEntry,
  networkEffect,
  splitEntries,
  type NetworkEffect,
} from '../../../core/sandbox/networkRules';
import type { NetworkPolicy } from '../../../core/sandbox/sandbox';
import { networkSentence } from '../../../text/sandbox/networkText';
import { askPick, type PickItem } from '../../../host/editor/dialogs/quickPick';
import { askText, type Answer } from '../../../host/editor/dialogs/quickInput';

/** A policy; without one, nothing is restricted. */
export type Network = NetworkPolicy | undefined;

type Preset = NetworkEffect | 'lists' | 'keep';

/** A policy that restricts nothing: what the presets start from. */
const everything: NetworkPolicy = { allowInternetAccess: true, allowOut: [], denyOut: [] };

/**
 * Asks for the network policy of a sandbox. Escape and "keep" leave it as it is.
 *
 * @param draft what the lists are filled with
 * @param among set for a step of a wizard, which has a back button; `finish` is the label of the button that ends it
 */
export async function askNetwork(
  title: string,
  draft: Network,
  among?: { readonly finish: string },
): Promise<Answer<Network>> {
  const now = networkEffect(draft);
  for (;;) {
    const preset = await askPick<Preset>({
      title,
      placeholder: l10n.t('Now: {0}', networkSentence(draft)),
      items: [
        ...(among ? [] : [{ label: l10n.t('Keep it as it is'), answer: 'keep' as const }]),
        ...presetItems(now),
      ],
      ...(among && { hasBack: true, active: now, finish: among.finish }),
    });
    if (preset.kind !== 'value') return preset;
    const answer = await fillIn(title, preset.value, draft);
    if (answer.kind !== 'back') return answer;
  }
}

function presetItems(now: NetworkEffect): readonly PickItem<Preset>[] {
  const mark = (effect: NetworkEffect): { icon?: string } => (effect === now ? { icon: 'check' } : {});
  return [
    {
      ...mark('open'),
      label: l10n.t('Open'),
      description: l10n.t('no policy: everything can be reached'),
      answer: 'open',
    },
    {
      ...mark('closed'),
      label: l10n.t('No internet'),
      description: l10n.t('nothing can be reached, names are not resolved'),
      answer: 'closed',
    },
    {
      ...mark('only'),
      label: l10n.t('Allow only…'),
      description: l10n.t('a list of what can be reached; everything else is blocked'),
      answer: 'only',
    },
    {
      ...mark('except'),
      label: l10n.t('Deny…'),
      description: l10n.t('everything can be reached but a list'),
      answer: 'except',
    },
    {
      label: l10n.t('Both lists…'),
      description: l10n.t('allow some, and deny some of those; a denial wins'),
      answer: 'lists',
    },
  ];
}

async function fillIn(title: string, preset: Preset, draft: Network): Promise<Answer<Network>> {
  switch (preset) {
    case 'keep':
      return { kind: 'cancel' };
    case 'open':
      return { kind: 'value', value: undefined };
    case 'closed':
      return { kind: 'value', value: { ...everything, allowInternetAccess: false } };
    case 'only':
      return withList(await askEntries(title, 'allow', draft?.allowOut ?? []), allowOut => ({
        ...everything,
        allowOut,
      }));
    case 'except':
      return withList(await askEntries(title, 'deny', draft?.denyOut ?? []), denyOut => ({
        ...everything,
        denyOut,
      }));
    case 'lists':
      return await askBothLists(title, draft ?? everything);
  }
}

async function askBothLists(title: string, draft: NetworkPolicy): Promise<Answer<Network>> {
  let { allowOut } = draft;
  for (;;) {
    const allowed = await askEntries(title, 'allow', allowOut);
    if (allowed.kind !== 'value') return allowed;
    allowOut = allowed.value;
    const denied = await askEntries(title, 'deny', draft.denyOut);
    if (denied.kind === 'back') continue;
    return withList(denied, denyOut => ({ ...draft, allowOut, denyOut }));
  }
}

function withList(
  list: Answer<readonly string[]>,
  policy: (entries: readonly string[]) => NetworkPolicy,
): Answer<Network> {
  return list.kind === 'value' ? { kind: 'value', value: policy(list.value) } : list;
}

async function askEntries(
  title: string,
  kind: 'allow' | 'deny',
  entries: readonly string[],
): Promise<Answer<readonly string[]>> {
  const answer = await askText({
    title,
    prompt:
      kind === 'allow'
        ? l10n.t('What can be reached: IPv4 addresses, CIDR blocks or host names, separated by blanks.')
        : l10n.t('What cannot be reached: IPv4 addresses, CIDR blocks or host names, separated by blanks.'),
    placeholder: 'api.github.com 10.0.0.0/8',
    value: entries.join(' '),
    hasBack: true,
    validate: text => entriesProblem(splitEntries(text)),
  });
  return answer.kind === 'value' ? { kind: 'value', value: splitEntries(answer.value) } : answer;
}

/** A sentence about what is wrong with the entries of a list. */
export function entriesProblem(entries: readonly string[]): string | undefined {
  const bad = badNetworkEntry(entries);
  return bad === undefined
    ? undefined
    : l10n.t('"{0}" is no IPv4 address, no CIDR block such as 10.0.0.0/8 and no host name.', bad);
}

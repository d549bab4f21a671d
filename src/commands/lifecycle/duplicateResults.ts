import { l10n } from 'vscode';
import type { CreateOutcome, FailedSandbox } from '../../api/control/sandboxes/createSchema';
import { askPick, type PickItem } from '../../host/editor/dialogs/quickPick';
import { stateLook } from '../../text/sandbox/rowText';
import { pendingReason, stateWord } from '../../text/sandbox/stateText';
import { plainText } from '../../text/kit/plainText';

/** Lists the copies with their states and failures. Returns the id of the one that the user picks. */
export async function pickCopy(
  source: string,
  copies: readonly CreateOutcome[],
  times: number,
  unreadable: number,
): Promise<string | undefined> {
  const started = copies.filter(copy => copy.kind === 'accepted').length;
  const missing = times - copies.length;
  const unknown: PickItem<string | undefined> = {
    icon: 'question',
    label: l10n.t('{0} not told', missing),
    description:
      unreadable > 0 ? l10n.t('the answer could not be read') : l10n.t('the service did not mention them'),
    answer: undefined,
  };
  const answer = await askPick<string | undefined>({
    title: l10n.t('Copies of {0}: {1} of {2} started', source, started, times),
    placeholder: l10n.t('Pick one to see its details'),
    items: [...copies.map(itemOf), ...(missing > 0 ? [unknown] : [])],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function itemOf(copy: CreateOutcome): PickItem<string> {
  const answer = copy.sandboxId;
  if (copy.kind === 'failed')
    return {
      icon: 'error',
      label: answer,
      description: l10n.t('failed'),
      detail: failureWords(copy),
      answer,
    };
  const { state, rawState, waitTimedOut } = copy;
  return {
    icon: stateLook(state).icon,
    label: answer,
    description: waitTimedOut
      ? l10n.t('still pending: {0}', pendingReason(copy.pendingReason))
      : stateWord(state, rawState),
    answer,
  };
}

/** Why a copy failed, in the service's words. */
export function failureWords({ reason, errorDetails }: FailedSandbox): string {
  const words = [reason, errorDetails].filter(part => part !== undefined).join(': ');
  return words === '' ? l10n.t('the service gave no reason') : plainText(words, 300);
}

import { commands, l10n } from 'vscode';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { warnAny } from '../../host/editor/dialogs/messages';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { commandIds } from '../../manifest';
import { listText } from '../../text/kit/listText';
import { rowName } from '../../text/sandbox/rowText';
import { situationOf } from '../../text/sandbox/statusText';

/** A warning names this many and counts the rest. */
const longestList = 5;

/** Warns that sandboxes in use have ended, and offers to show or to create again the one that the user picks. */
export async function tellEnded(ended: readonly Sandbox[]): Promise<void> {
  const choices = [
    { title: l10n.t('Show Details'), command: commandIds.showDetails },
    { title: l10n.t('Create Again'), command: commandIds.createAgain },
  ];
  const title = await warnAny(
    endedText(ended),
    choices.map(choice => choice.title),
  );
  const chosen = choices.find(choice => choice.title === title);
  const sandbox = chosen && (await pickOf(ended, chosen.title));
  if (sandbox) await commands.executeCommand(chosen.command, { sandboxId: sandbox.id });
}

function endedText(ended: readonly Sandbox[]): string {
  const [first] = ended;
  const names = listText(
    ended.map(sandbox => rowName({ sandbox })),
    longestList,
  );
  if (!first || ended.length > 1)
    return l10n.t('{0} sandboxes that are in use here have ended: {1}.', ended.length, names);
  return first.state === 'terminated'
    ? l10n.t(
        '{0}, which is in use here, has ended. {1}',
        rowName({ sandbox: first }),
        situationOf(first).what,
      )
    : l10n.t(
        '{0}, which is in use here, has ended: Tensorlake does not list it any more.',
        rowName({ sandbox: first }),
      );
}

async function pickOf(ended: readonly Sandbox[], title: string): Promise<Sandbox | undefined> {
  if (ended.length === 1) return ended[0];
  const answer = await askPick<Sandbox>({
    title,
    placeholder: l10n.t('Which sandbox?'),
    items: ended.map(sandbox => ({
      label: rowName({ sandbox }),
      ...(sandbox.state === 'terminated' && { description: situationOf(sandbox).what }),
      answer: sandbox,
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

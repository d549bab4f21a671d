import { l10n } from 'vscode';
import { parseDuration } from '../../core/kernel/time/timeSpan';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { olderThan, totalBytes } from '../../core/snapshots/snapshotGroups';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/dialogs/messages';
import { askText } from '../../host/editor/dialogs/quickInput';
import { askMany } from '../../host/editor/dialogs/quickPick';
import { byteSize } from '../../text/kit/units';
import type { AppContext } from '../../app/appContext';
import { confirmAndDelete, type DeleteServices } from './deleteSnapshots';
import { requireSnapshots, snapshotItems } from './snapshotTargets';

/** Deletes snapshots older than an age. Before it asks, it shows which those are and how much storage they use. */
export function deleteOldSnapshots(context: AppContext, services: DeleteServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not delete'),
    run: async () => {
      const connection = await context.connections.require();
      const seconds = await askAge();
      if (seconds === undefined) return;
      await services.snapshotLoader.refresh();
      const old = olderThan(await requireSnapshots(context, services), seconds * 1000, context.clock.now());
      if (old.length === 0) {
        inform(l10n.t('No snapshot is older than that.'));
        return;
      }
      const chosen = await askWhich(context, old);
      if (chosen.length > 0) await confirmAndDelete(context, services, connection, chosen);
    },
  };
}

async function askAge(): Promise<number | undefined> {
  const answer = await askText({
    title: l10n.t('Delete Snapshots Older Than'),
    prompt: l10n.t('An age such as 7d, 12h or 90m. Nothing is deleted before you have seen what.'),
    placeholder: '7d',
    value: '7d',
    validate: text =>
      readAge(text) === undefined ? l10n.t('An age is needed, such as 7d, 12h or 90m.') : undefined,
  });
  return answer.kind === 'value' ? readAge(answer.value) : undefined;
}

/** An age needs a unit, since a bare number could be days or hours. */
function readAge(text: string): number | undefined {
  return /[a-z]/i.test(text) ? parseDuration(text) : undefined;
}

async function askWhich(
  context: AppContext,
  snapshots: readonly SandboxSnapshot[],
): Promise<readonly SandboxSnapshot[]> {
  const answer = await askMany({
    title: l10n.t('{0} snapshots, {1}', snapshots.length, byteSize(totalBytes(snapshots))),
    placeholder: l10n.t('Untick what is to stay. Nothing is deleted before one more question.'),
    items: snapshotItems(context, snapshots).map(item => ({ ...item, picked: true })),
  });
  return answer.kind === 'value' ? answer.value : [];
}

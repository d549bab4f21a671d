import { l10n, window, type QuickPickItem } from 'vscode';
import { parseDuration } from '../../core/kernel/timeSpan';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { olderThan, totalBytes } from '../../core/snapshots/snapshotGroups';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/messages';
import { askText } from '../../host/editor/quickInput';
import { describeSnapshot } from '../../text/snapshots';
import { byteSize } from '../../text/kit/units';
import type { CommandContext } from '../../app/appContext';
import { confirmAndDelete } from './deleteSnapshots';
import { requireSnapshots, sourceName } from './snapshotTargets';

/** Deletes snapshots of a certain age: shows which, and what that frees, before it asks. */
export function deleteOldSnapshots(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not delete'),
    run: async () => {
      const connection = await context.connections.require();
      const seconds = await askAge();
      if (seconds === undefined) return;
      await context.snapshotLoader.refresh();
      const old = olderThan(await requireSnapshots(context), seconds * 1000, context.clock.now());
      if (old.length === 0) {
        inform(l10n.t('No snapshot is older than that.'));
        return;
      }
      const chosen = await pickSome(context, old);
      if (chosen.length > 0) await confirmAndDelete(context, connection, chosen);
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

/** A bare number could mean anything, so a unit is needed. */
function readAge(text: string): number | undefined {
  return /[a-z]/i.test(text) ? parseDuration(text) : undefined;
}

async function pickSome(
  context: CommandContext,
  snapshots: readonly SandboxSnapshot[],
): Promise<readonly SandboxSnapshot[]> {
  const nowMs = context.clock.now();
  const items: (QuickPickItem & { snapshot: SandboxSnapshot })[] = snapshots.map(snapshot => ({
    label: sourceName(context, snapshot),
    description: describeSnapshot(snapshot, nowMs),
    picked: true,
    snapshot,
  }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    title: l10n.t('{0} snapshots, {1}', snapshots.length, byteSize(totalBytes(snapshots))),
    placeHolder: l10n.t('Untick what is to stay. Nothing is deleted before one more question.'),
    matchOnDescription: true,
  });
  return (chosen ?? []).map(({ snapshot }) => snapshot);
}

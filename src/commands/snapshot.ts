import { env, l10n } from 'vscode';
import { followUntil } from '../core/followUntil';
import type { Sandbox } from '../core/sandbox';
import { settlesAt } from '../core/settles';
import { snapshotTypes, type SandboxSnapshot, type SnapshotType } from '../core/snapshot';
import type { CommandHandler } from '../host/commandRegistry';
import { offer, UserError } from '../host/messages';
import { askPick } from '../host/quickInput';
import { rowName } from '../host/rowText';
import { runBatch } from './batch';
import type { CommandContext } from './commandContext';
import { resolveTargets } from './targets';

/** Takes a snapshot of running sandboxes and says when it can be restored from. */
export function snapshot(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not take a snapshot'),
    run: async (...args) => {
      const rows = await resolveTargets(context, args, {
        anyOf: ['canSnapshot'],
        question: () => l10n.t('Take a snapshot of which sandbox?'),
        none: () => l10n.t('No running sandbox to take a snapshot of.'),
      });
      if (rows.length === 0) return;
      const type = snapshotTypes.find(each => each === args[2]) ?? (await askType());
      if (type === undefined) return;
      await runBatch(context, rows, 'snapshot', async sandbox => {
        const taken = await takeOne(context, sandbox, type);
        void announce(rowName({ sandbox }), taken.id);
      });
    },
  };
}

async function askType(): Promise<SnapshotType | undefined> {
  const answer = await askPick<SnapshotType>({
    title: l10n.t('Snapshot'),
    placeholder: l10n.t('What is the snapshot to keep?'),
    items: [
      {
        label: l10n.t('Filesystem'),
        description: l10n.t('the disk; restores by a fresh boot, size can be changed, /tmp is left out'),
        answer: 'filesystem',
      },
      {
        label: l10n.t('Memory'),
        description: l10n.t('disk, memory and processes; restores exactly where it was'),
        answer: 'memory',
      },
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

async function takeOne(
  context: CommandContext,
  sandbox: Sandbox,
  type: SnapshotType,
): Promise<SandboxSnapshot> {
  const { control, poller, signal } = context.connections.require();
  const { snapshotId } = await control.createSnapshot(sandbox.id, type, signal);
  void poller.follow(sandbox.id, settlesAt('terminated', 'snapshotting'));
  const taken = await followUntil(
    () => control.getSnapshot(snapshotId, signal),
    ({ status }) => status !== 'in_progress',
    context.clock,
    signal,
  );
  if (!taken)
    throw new UserError(l10n.t('It takes unusually long; snapshot {0} may still complete.', snapshotId));
  if (taken.status === 'failed') throw new UserError(taken.error ?? l10n.t('The service gave no reason.'));
  return taken;
}

async function announce(name: string, snapshotId: string): Promise<void> {
  if (await offer(l10n.t('Snapshot of {0} is ready: {1}', name, snapshotId), l10n.t('Copy Id')))
    await env.clipboard.writeText(snapshotId);
}

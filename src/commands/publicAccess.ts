import { l10n } from 'vscode';
import { isDeepEqual } from '../core/deepEqual';
import type { Sandbox } from '../core/sandbox';
import type { CommandHandler } from '../host/commandRegistry';
import type { Connection } from '../host/connection';
import { confirmModal } from '../host/messages';
import { rowName } from '../host/rowText';
import { runBatch } from './batch';
import type { CommandContext } from './commandContext';
import { publicPortLines } from './publicPorts';
import { ignored, sendOffered } from './refusal';
import { resolveTarget } from './targets';

/** Opens the exposed ports of a sandbox to everybody after one question that lists them, or closes them at once. */
export function setPublicAccess(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not change public access'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canUpdate'],
        question: () => l10n.t('Change public access to which sandbox?'),
        none: () => l10n.t('No sandbox whose access can be changed.'),
      });
      if (!row) return;
      const isOn = typeof args[2] === 'boolean' ? args[2] : !row.sandbox.allowUnauthenticatedAccess;
      if (isOn && !(await isOpeningConfirmed(connection, row.sandbox))) return;
      await runBatch(context, connection, [row], 'update', async sandbox => {
        const feature = l10n.t('public access');
        const changed = await sendOffered(connection, sandbox, feature, async () =>
          connection.control.update(sandbox.id, { allowUnauthenticatedAccess: isOn }, connection.signal),
        );
        connection.poller.learn([changed]);
        if (changed.allowUnauthenticatedAccess !== isOn) throw ignored(feature);
        return undefined;
      });
    },
  };
}

/** Asks with the ports as they are now, and asks again when they changed while the question stood. */
async function isOpeningConfirmed({ control, poller, signal }: Connection, known: Sandbox): Promise<boolean> {
  let sandbox = await control.get(known.id, signal);
  for (;;) {
    poller.learn([sandbox]);
    const { exposedPorts } = sandbox;
    const isAgreed = await confirmModal(
      l10n.t('Make {0} public?', rowName({ sandbox })),
      exposedPorts.length === 0
        ? l10n.t(
            'No port is exposed, so nothing opens now. Every port that is exposed later will be open to anyone on the internet who has the address, without a credential.',
          )
        : publicPortLines(sandbox, exposedPorts),
      l10n.t('Make Public'),
    );
    if (!isAgreed) return false;
    const now = await control.get(known.id, signal);
    if (isDeepEqual(now.exposedPorts, exposedPorts)) return true;
    sandbox = now;
  }
}

import { l10n } from 'vscode';
import { isEphemeral, type Sandbox } from '../core/sandbox';
import { settlesAt } from '../core/settles';
import type { Row } from '../core/store';
import type { CommandHandler } from '../host/commandRegistry';
import { rowName } from '../host/rowText';
import { followTo, runBatch } from './batch';
import type { CommandContext } from './commandContext';
import { askName, giveName } from './naming';
import { resolveTargets } from './targets';

/** Freezes running sandboxes. The service does so to named ones only, so an ephemeral one is offered a name first. */
export function suspend(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not suspend'),
    run: async (...args) => {
      const rows = await resolveTargets(context, args, {
        anyOf: ['canSuspend', 'canNameAndSuspend'],
        question: () => l10n.t('Suspend which sandbox?'),
        none: () => l10n.t('No running sandbox to suspend.'),
      });
      const named = await nameEphemeral(context, rows);
      await runBatch(context, named, 'suspend', sandbox => suspendOne(context, sandbox));
    },
  };
}

async function suspendOne(context: CommandContext, sandbox: Sandbox): Promise<void> {
  const { control, signal } = context.connections.require();
  await control.suspend(sandbox.id, signal);
  await followTo(context, sandbox, 'suspended', settlesAt('suspended', 'suspending'));
}

/** Asks a name for each ephemeral sandbox; those left without one are left running. */
async function nameEphemeral(context: CommandContext, rows: readonly Row[]): Promise<readonly Row[]> {
  const ready: Row[] = [];
  for (const row of rows) {
    if (!isEphemeral(row.sandbox)) {
      ready.push(row);
      continue;
    }
    const name = await askName(context, {
      title: l10n.t('Name {0} to Suspend It', rowName(row)),
      prompt: l10n.t(
        'Only named sandboxes can be suspended. Give it a name, or press Escape to leave it running.',
      ),
    });
    if (name === undefined) continue;
    const sandbox = await giveName(context, row.sandbox, name);
    ready.push({ ...row, sandbox });
  }
  return ready;
}

import { l10n } from 'vscode';
import type { Sandbox } from '../core/sandbox';
import { settlesAt } from '../core/settles';
import type { CommandHandler } from '../host/commandRegistry';
import { followTo, runBatch } from './batch';
import type { CommandContext } from './commandContext';
import { resolveTargets } from './targets';

/** Wakes suspended sandboxes; one that is still being suspended is waited for first (API reference section 6, 6). */
export function resume(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not resume'),
    run: async (...args) => {
      const rows = await resolveTargets(context, args, {
        anyOf: ['canResume'],
        question: () => l10n.t('Resume which sandbox?'),
        none: () => l10n.t('No suspended sandbox to resume.'),
      });
      await runBatch(context, rows, 'resume', sandbox => resumeOne(context, sandbox));
    },
  };
}

async function resumeOne(context: CommandContext, sandbox: Sandbox): Promise<void> {
  if (sandbox.state === 'suspending')
    await followTo(context, sandbox, 'suspended', settlesAt('suspended', 'suspending'));
  const { control, signal } = context.connections.require();
  await control.resume(sandbox.id, signal);
  await followTo(context, sandbox, 'running', settlesAt('running', 'pending'));
}

import { l10n } from 'vscode';
import { resizeDifference, resizeState, sizeOf, type Size } from '../../core/sandbox/resize';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { ApiError } from '../../core/kernel/errors';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { stateWord } from '../../text/sandbox/stateText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { ignored, sendOffered } from '../../app/offered';
import { askSize, givenSize, sizeLines } from './questions/askSize';
import { reviewChange, type ReviewedChange } from './reviewChange';
import { resolveTarget } from '../../app/targets';

/** Resizes a running sandbox and waits until that is done (API reference section 2.12). */
export function resize(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not resize'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, args, {
        anyOf: ['canResize'],
        question: () => l10n.t('Resize which sandbox?'),
        none: () => l10n.t('No running sandbox that can be resized.'),
      });
      if (!row) return;
      const change = changeOf(row.sandbox);
      const agreed = await reviewChange(
        connection,
        row,
        change,
        givenSize(args[2], sizeOf(row.sandbox.resources)),
      );
      if (!agreed) return;
      const size = resizeDifference(change.read(agreed.sandbox), agreed.wanted);
      await runBatch(context, connection, [row], 'resize', async sandbox => {
        const changed = await send(context, connection, sandbox, size);
        connection.poller.applyUpdate([changed]);
        const generation = changed.resourceResize?.generation;
        if (generation === undefined) {
          if (Object.keys(resizeDifference(sizeOf(changed.resources), size)).length > 0)
            throw ignored('resize');
          return undefined;
        }
        return async () => await follow(connection, changed, generation);
      });
    },
  };
}

async function send(
  context: AppContext,
  connection: Connection,
  sandbox: Sandbox,
  resources: Size,
): Promise<Sandbox> {
  return await sendOffered(context, connection, sandbox, 'resize', async () =>
    connection.sandboxes.update(sandbox.id, { resources }, connection.signal),
  );
}

function changeOf(named: Sandbox): ReviewedChange<Size> {
  const title = l10n.t('Resize {0}', rowName({ sandbox: named }));
  return {
    title,
    read: ({ resources }) => sizeOf(resources),
    ask: async ({ resources }, draft) => await askSize(title, sizeOf(resources), draft),
    lines: sizeLines,
  };
}

/** Waits for the resize with this generation. A failure has the server's reason. */
async function follow({ poller }: Connection, started: Sandbox, generation: number): Promise<void> {
  if (resizeState(started, generation) === 'succeeded') return;
  const outcome = await poller.follow(started.id, each => resizeState(each, generation) !== 'pending');
  switch (outcome.kind) {
    case 'settled':
      refuseUnlessDone(outcome.item, generation);
      return;
    case 'gone':
      throw new ApiError('notFound', '');
    case 'tooLong':
      throw new UserError(l10n.t('It takes unusually long; the details page shows when it is done.'));
    case 'stopped':
      throw new ApiError('cancelled', '');
  }
}

function refuseUnlessDone(sandbox: Sandbox, generation: number): void {
  switch (resizeState(sandbox, generation)) {
    case 'succeeded':
    case 'pending':
      return;
    case 'failed':
      throw new UserError(
        sandbox.resourceResize?.errorMessage ?? l10n.t('It failed, and the service gave no reason.'),
      );
    case 'superseded':
      throw new UserError(l10n.t('A later resize took its place.'));
    case 'interrupted':
      throw new UserError(
        l10n
          .t(
            'It was interrupted: the sandbox is {0}. {1}',
            stateWord(sandbox.state, sandbox.rawState),
            sandbox.resourceResize?.errorMessage ?? '',
          )
          .trim(),
      );
  }
}

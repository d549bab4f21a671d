import { l10n } from 'vscode';
import { isDeepEqual } from '../../core/kernel/formats/json';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { confirmModal } from '../../host/editor/dialogs/messages';
import { accessMark, openingText } from '../../text/publicAccess';
import { rowName } from '../../text/sandbox/rowText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import {
  askSpan,
  endOf,
  givenSpan,
  spanSentence,
  type PublicSpan,
  type PublicWish,
} from './questions/askPublicSpan';
import { ignored, sendOffered } from '../../app/offered';
import { readAgain } from './reviewChange';
import { resolveTarget, withSandboxOf } from '../../app/targets';

/**
 * Opens the exposed ports of a sandbox to everybody for a time, after a confirmation that lists them; closes them, or
 * changes the time. Takes, after the target, whether they are to be public, and for how long.
 */
export function setPublicAccess(context: AppContext, deadlines: PublicDeadlines): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not change public access'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const row = await resolveTarget(context, withSandboxOf(args), {
        anyOf: ['canUpdate'],
        question: () => l10n.t('Change public access to which sandbox?'),
        none: () => l10n.t('No sandbox whose access can be changed.'),
      });
      if (!row) return;
      const wish = givenWish(args) ?? (await askWish(context, deadlines, row.sandbox));
      if (!wish) return;
      if (wish.kind === 'closed') {
        // The end is forgotten only with proof: a request that the end of the session cut off proves nothing.
        await change(context, connection, row.sandbox, false, async () => {
          await deadlines.set(connection.session, [row.sandbox], undefined);
        });
        return;
      }
      const sandbox = await readAgain(connection, row.sandbox);
      if (sandbox.allowUnauthenticatedAccess) {
        const closesAtMs = endOf(wish, context.clock.now());
        await deadlines.set(connection.session, [sandbox], closesAtMs);
      } else if (await isOpeningConfirmed(connection, sandbox, wish))
        await open(context, deadlines, connection, sandbox, wish);
    },
  };
}

function givenWish([, , isOn, span]: readonly unknown[]): PublicWish | undefined {
  if (isOn === false) return { kind: 'closed' };
  return isOn === true || span !== undefined ? givenSpan(span) : undefined;
}

async function askWish(
  { clock }: AppContext,
  deadlines: PublicDeadlines,
  sandbox: Sandbox,
): Promise<PublicWish | undefined> {
  const nowMs = clock.now();
  const title = l10n.t('Public Access to {0}', rowName({ sandbox }));
  const end = deadlines.ends.get(sandbox.id);
  const answer = await askSpan<PublicWish>(
    !sandbox.allowUnauthenticatedAccess
      ? {
          title,
          placeholder: l10n.t('For how long? Choose, or type a time such as 45m or 2h.'),
          forever: l10n.t('Until I close it'),
          nowMs,
        }
      : {
          title,
          placeholder: l10n.t('It is public. Close it, or choose or type until when from now.'),
          first: [
            {
              icon: 'lock',
              label: l10n.t('Close now'),
              description: accessMark(sandbox, end, nowMs),
              answer: { kind: 'closed' },
            },
          ],
          forever: l10n.t('Until I close it'),
          nowMs,
        },
  );
  return answer.kind === 'value' ? answer.value : undefined;
}

/**
 * Records the deadline before the request, so that a crash in between cannot leave the sandbox public for good. The
 * deadline stays when the request fails, since it may have arrived; it is dropped once the sandbox is seen closed.
 */
async function open(
  context: AppContext,
  deadlines: PublicDeadlines,
  connection: Connection,
  sandbox: Sandbox,
  span: PublicSpan,
): Promise<void> {
  const closesAtMs = endOf(span, context.clock.now());
  await deadlines.set(connection.session, [sandbox], closesAtMs);
  await change(context, connection, sandbox, true, async () => {
    // Another window may have seen the sandbox closed meanwhile, and dropped the deadline.
    await deadlines.set(connection.session, [sandbox], closesAtMs);
  });
}

/** @param onProven called once the answer shows the change */
async function change(
  context: AppContext,
  connection: Connection,
  target: Sandbox,
  isOn: boolean,
  onProven: () => Promise<void>,
): Promise<void> {
  const row = context.store.current.rows.get(target.id) ?? { sandbox: target, seenAtMs: 0 };
  await runBatch(context, connection, [row], 'update', async sandbox => {
    const changed = await sendOffered(context, connection, sandbox, 'publicAccess', async () =>
      connection.sandboxes.update(sandbox.id, { allowUnauthenticatedAccess: isOn }, connection.signal),
    );
    connection.poller.applyUpdate([changed]);
    if (changed.allowUnauthenticatedAccess !== isOn) throw ignored('publicAccess');
    await onProven();
    return undefined;
  });
}

/** Confirms with the current ports, and again if they changed while the question was open. */
async function isOpeningConfirmed(
  connection: Connection,
  known: Sandbox,
  span: PublicSpan,
): Promise<boolean> {
  let sandbox = known;
  for (;;) {
    const { exposedPorts } = sandbox;
    const isAgreed = await confirmModal(
      l10n.t('Make {0} public?', rowName({ sandbox })),
      [openingText(sandbox, exposedPorts), spanSentence(span)].join('\n\n'),
      l10n.t('Make Public'),
    );
    if (!isAgreed) return false;
    const now = await readAgain(connection, sandbox);
    if (isDeepEqual(now.exposedPorts, exposedPorts)) return true;
    sandbox = now;
  }
}

import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { refuseWithoutList } from '../../app/targets';
import { type CleanUpAction, stillAgreed } from '../../core/cleanUp/plan';
import type { Row } from '../../core/list/rows';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/dialogs/messages';
import type { Connection } from '../../host/session/connection';
import type { BillingStore } from '../../host/storage/billingSettings';
import type { Traffic } from '../../host/storage/traffic';
import { takeWindowLock } from '../../host/storage/mementos/windowLock';
import { aboutTo } from '../../text/cleanUp';
import { UserError } from '../../text/kit/failureText';
import { listText } from '../../text/kit/listText';
import { rowName } from '../../text/sandbox/rowText';
import { suspendAndFollow } from '../lifecycle/suspend';
import { confirmTermination, terminateAndFollow } from '../lifecycle/terminate';
import { askSnapshotThenTerminate, snapshotThenTerminateAll } from '../snapshots/snapshotAndTerminate';
import type { SnapshotServices } from '../snapshots/snapshotTargets';
import type { Countdown } from './countdown';
import { askAction, askRule, askWhich, type Known } from './questions';

/** How long it can be cancelled before the first request leaves. */
const undoSeconds = 5;

/** The services that cleaning up uses. */
export interface CleanUpServices extends SnapshotServices {
  readonly traffic: Traffic;
  /** Ids of the sandboxes of which this window shows something. */
  readonly inUse: () => readonly string[];
  readonly billing: BillingStore;
  /** The file by which one window at a time cleans up. */
  readonly cleanUpLock: string;
}

/** What the user agreed to. */
interface Agreed {
  readonly action: CleanUpAction;
  readonly rows: readonly Row[];
  /** Ids of the sandboxes that were in use here then, which the user was told. */
  readonly inUse: ReadonlySet<string>;
  readonly carryOut: (rows: readonly Row[]) => Promise<void>;
}

/** Suspends or ends the sandboxes of a rule, after a preview and with time to cancel. */
export function cleanUp(
  context: AppContext,
  services: CleanUpServices,
  countdown: Countdown,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not clean up'),
    run: async () => {
      const connection = await context.connections.require();
      await connection.poller.refresh();
      refuseWithoutList(context);
      const agreed = await agree(context, services, connection);
      if (!agreed) return;
      const lock = await takeWindowLock(services.cleanUpLock, context.clock);
      if (!lock) throw new UserError(l10n.t('Another window is cleaning up. Nothing was done here.'));
      try {
        const isTime = await countdown.run(titleOf(agreed), undoSeconds, connection.signal);
        if (!isTime) return;
        // What changed while the questions were answered and the time ran is left alone.
        await connection.poller.refresh();
        if (context.store.current.status.kind !== 'fresh')
          throw new UserError(l10n.t('The list could not be read again. Nothing was done.'));
        if (!(await lock.isHeld()))
          throw new UserError(l10n.t('Another window began to clean up. Nothing was done here.'));
        const inUse = new Set(services.inUse().filter(id => !agreed.inUse.has(id)));
        const rows = stillAgreed(agreed.rows, context.store.current.rows, inUse);
        tellLeft(agreed.rows.length - rows.length);
        await agreed.carryOut(rows);
      } finally {
        await lock.release();
      }
    },
  };
}

/** Asks which sandboxes, and what is to be done to them. @returns undefined when the user backed out */
async function agree(
  context: AppContext,
  services: CleanUpServices,
  connection: Connection,
): Promise<Agreed | undefined> {
  const inUse = new Set(services.inUse());
  const known: Known = {
    trafficOf: ({ sandbox }) => services.traffic.of(sandbox),
    inUse,
    billing: services.billing.current,
  };
  const matched = await askRule(context, known);
  const chosen = matched && (await askWhich(context, matched, known));
  const answer = chosen && chosen.length > 0 ? await askAction(chosen, known) : undefined;
  const carryOut = answer && (await confirm(context, services, connection, answer));
  return carryOut && { ...answer, inUse, carryOut };
}

/** Asks before something is lost. @returns how to do it, or undefined when the user backed out */
async function confirm(
  context: AppContext,
  services: CleanUpServices,
  connection: Connection,
  { action, rows }: Pick<Agreed, 'action' | 'rows'>,
): Promise<Agreed['carryOut'] | undefined> {
  switch (action) {
    case 'suspend':
      return async left => await suspendAndFollow(context, connection, left);
    case 'snapshotAndTerminate': {
      const type = await askSnapshotThenTerminate(connection, rows);
      return (
        type && (async left => await snapshotThenTerminateAll(context, services, connection, left, type))
      );
    }
    case 'terminate':
      return (await confirmTermination(rows, context.clock.now()))
        ? async left => await terminateAndFollow(context, connection, left)
        : undefined;
  }
}

function titleOf({ action, rows }: Agreed): string {
  return aboutTo(action, listText(rows.map(rowName), 4), rows.length);
}

function tellLeft(count: number): void {
  if (count === 0) return;
  inform(
    count === 1
      ? l10n.t('1 sandbox was left as it is: it changed meanwhile, or is in use now.')
      : l10n.t('{0} sandboxes were left as they are: they changed meanwhile, or are in use now.', count),
  );
}

import { l10n } from 'vscode';
import { hasLifetime, isEphemeral, type Sandbox } from '../../core/sandbox/sandbox';
import { endKind, pendingKind, type EndKind, type PendingKind } from '../../core/sandbox/endReason';
import { plainText } from '../kit/plainText';
import { idleSpan, lifetimeSpan } from '../kit/units';

/** What is going on, and what the user can do about it. */
export interface Situation {
  readonly what: string;
  readonly next: string;
}

/** Explains the state of a sandbox and what to do next. */
export function situationOf(sandbox: Sandbox): Situation {
  switch (sandbox.state) {
    case 'running':
      return running(sandbox);
    case 'pending':
      return pending(pendingKind(sandbox.pendingReason), sandbox.pendingReason);
    case 'snapshotting':
      if (sandbox.server === 'openSource')
        return {
          what: l10n.t('A snapshot is being taken. It ends with that, even when the snapshot fails.'),
          next: l10n.t('Restore the snapshot when it is complete.'),
        };
      return {
        what: l10n.t('A snapshot is being taken; it cannot be used until that is done.'),
        next: l10n.t('Nothing: it goes back to running by itself.'),
      };
    case 'suspending':
      return {
        what: l10n.t('It is being frozen: memory, processes and disk are being put away.'),
        next: l10n.t('Nothing. To use it again, resume it; that waits until it is suspended.'),
      };
    case 'suspended':
      return {
        what: l10n.t('It is frozen with its memory, processes and disk, and uses no compute.'),
        next: l10n.t('Resume it to go on where it was. A request to one of its ports wakes it as well.'),
      };
    case 'terminated':
      return ended(endKind(sandbox), sandbox);
    case 'unknown':
      return {
        what: l10n.t('This version does not know the state "{0}".', plainText(sandbox.rawState)),
        next: l10n.t('Look at the raw JSON, and see whether the extension has an update.'),
      };
  }
}

function running(sandbox: Sandbox): Situation {
  return {
    what: l10n.t('It is running and ready for commands, files and processes.'),
    next: nextOfRunning(sandbox),
  };
}

function nextOfRunning(sandbox: Sandbox): string {
  if (hasLifetime(sandbox))
    return l10n.t('Take a snapshot to keep its disk, which ends it, or terminate it when it is not needed.');
  return isEphemeral(sandbox)
    ? l10n.t('It has no name, so it ends for good when it is idle. Give it a name to keep it.')
    : l10n.t('Suspend it to stop the cost and keep its state.');
}

function pending(kind: PendingKind, raw: string | undefined): Situation {
  switch (kind) {
    case 'scheduling':
      return {
        what: l10n.t('The service is choosing a machine for it.'),
        next: l10n.t('Nothing: this usually takes seconds.'),
      };
    case 'waiting_for_container':
      return {
        what: l10n.t('It has a machine and is booting.'),
        next: l10n.t('Nothing: this usually takes seconds, and longer for the first start of a large image.'),
      };
    case 'no_executors_available':
      return {
        what: l10n.t('No machine that fits it is there at the moment.'),
        next: l10n.t(
          'It starts by itself when one appears. If it stays like this, terminate it and ask for another size, or for no GPU.',
        ),
      };
    case 'no_resources_available':
      return {
        what: l10n.t('All machines are too full for a sandbox of this size.'),
        next: l10n.t(
          'It starts by itself when there is room. Suspend or terminate one you do not need, or terminate this one and ask for less.',
        ),
      };
    case 'pool_at_capacity':
      return {
        what: l10n.t('Its pool has handed out all the sandboxes it may.'),
        next: l10n.t('Terminate a sandbox of this pool, or raise the largest number of the pool.'),
      };
    case 'other':
      return {
        what: l10n.t('It waits: {0}', plainText(raw ?? '')),
        next: l10n.t('It starts by itself when it can. Terminate it to give up.'),
      };
  }
}

function ended(kind: EndKind, sandbox: Sandbox): Situation {
  const again = l10n.t('Create a new one; a terminated sandbox cannot be brought back.');
  switch (kind) {
    case 'user':
      return { what: l10n.t('Somebody terminated it.'), next: again };
    case 'snapshot':
      return {
        what: l10n.t('It ended with a snapshot of it: this server ends a sandbox with its snapshot.'),
        next: l10n.t('Restore the snapshot if it is complete, or create a new one.'),
      };
    case 'idle':
      if (hasLifetime(sandbox))
        return {
          what: l10n.t('Its lifetime was over.'),
          next: l10n.t('Create a new one with a longer lifetime; 0 is no limit.'),
        };
      return {
        what: l10n.t('It was idle for longer than its timeout.'),
        next: l10n.t('Create a new one. With a name it suspends when idle instead of ending.'),
      };
    case 'cancelled':
      return { what: l10n.t('It was cancelled before it ran.'), next: again };
    case 'noCapacity':
      return {
        what: l10n.t('There was no room for it within the time it was allowed to wait.'),
        next: l10n.t('Try again later, allow it to wait longer, or ask for less.'),
      };
    case 'unplaceable':
      return {
        what: l10n.t('No machine fits what was asked for.'),
        next: l10n.t('Ask for a smaller size or another GPU.'),
      };
    case 'imageMissing':
      return {
        what: l10n.t('Its image was not found, or could not be started.'),
        next: l10n.t('Check the name of the image: only registered and managed images can be used.'),
      };
    case 'configuration':
      return {
        what: l10n.t('Something it was configured with is wrong.'),
        next: l10n.t('The error below says what. Create a new one without it.'),
      };
    case 'startFailed':
      return {
        what: l10n.t('It could not be started.'),
        next: l10n.t('Check its image and entrypoint, then try again. If that fails too, report its id.'),
      };
    case 'outOfMemory':
      return {
        what: l10n.t('It ran out of memory.'),
        next: l10n.t('Create a new one with more memory, or restore a snapshot of its disk with more.'),
      };
    case 'crashed':
      return {
        what: l10n.t('Its main process ended with a failure.'),
        next: l10n.t('Check its entrypoint; its retained logs may say more.'),
      };
    case 'containerEnded':
      return {
        what: l10n.t('Its container ended although nobody asked for that.'),
        next: l10n.t('Create a new one, or restore a snapshot.'),
      };
    case 'unhealthy':
      return {
        what: l10n.t('It stopped answering and was ended.'),
        next: l10n.t('Create a new one. If it happens again, give it more memory or CPUs.'),
      };
    case 'machineLost':
      return {
        what: l10n.t('The machine it ran on went away.'),
        next: l10n.t('Create a new one, or restore a snapshot.'),
      };
    case 'poolDeleted':
      return { what: l10n.t('Its pool was deleted.'), next: again };
    case 'quota':
      return {
        what: l10n.t('The plan did not allow one more.'),
        next: l10n.t('Suspend or terminate one you do not need, then try again.'),
      };
    case 'serviceError':
      return {
        what: l10n.t('The service failed.'),
        next: l10n.t('Try again. If it happens again, report its id.'),
      };
    case 'unknown':
      return { what: l10n.t('It ended.'), next: again };
  }
}

/** What happens to a sandbox when nobody uses it, or where that does not matter, how long it lives. */
export function idleText(sandbox: Sandbox): string | undefined {
  const { timeoutSecs } = sandbox;
  if (timeoutSecs === undefined) return undefined;
  if (hasLifetime(sandbox))
    return timeoutSecs === 0
      ? l10n.t('It goes on running: it has no limit.')
      : l10n.t('{0} after its creation it ends for good, even while it is used.', lifetimeSpan(timeoutSecs));
  const span = idleSpan(timeoutSecs);
  return isEphemeral(sandbox)
    ? l10n.t('After {0} without traffic it ends for good, because it has no name.', span)
    : l10n.t('After {0} without traffic it suspends itself.', span);
}

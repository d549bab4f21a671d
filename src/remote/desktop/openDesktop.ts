import { env, l10n, Uri } from 'vscode';
import { isNothingListening } from '../../api/data/tunnel';
import type { Clock } from '../../core/kernel/time/clock';
import { inBackground } from '../../core/kernel/unexpected';
import { viewerAddress } from '../../core/ports/viewerAddress';
import { followDelay } from '../../core/list/polling/schedule';
import type { AppContext } from '../../app/appContext';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { externalAddress } from '../../host/editor/externalAddress';
import { inform, offer } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/dialogs/progress';
import { rowName } from '../../text/sandbox/rowText';
import type { Forwards } from '../ports/forwards';
import { requireInside } from '../../app/offeredInside';
import { reach, resolveReachable, type Reached } from '../../app/reach';

/** Port of the VNC server in images with a desktop, and its default password (API reference section 3.11). */
const desktopPort = 5901;
const desktopPassword = 'tensorlake';

/** How long to wait for the desktop of a sandbox that has just started, in milliseconds. */
const startMs = 10_000;

/** Forwards the desktop of a sandbox to this machine and offers to open a viewer; the port is not exposed. */
export function openDesktop(app: AppContext, forwards: Forwards): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the desktop'),
    run: async (...args) => {
      const question = (): string => l10n.t('Open the desktop of which sandbox?');
      const row = await resolveReachable(app, args, question, ['canForward']);
      const reached = row && (await reach(app, row));
      if (!row || !reached) return undefined;
      await requireInside(app, reached, 'tunnels');
      const name = rowName(row);
      const progress = startProgress(l10n.t('Waiting for the desktop of {0}…', name));
      await progress.until(untilListening(app.clock, reached, progress.signal));
      const { address, localPort } = await forwards.open(row.sandbox.id, desktopPort, { isListening: true });
      const viewer = viewerAddress(await externalAddress(`http://${address}/`));
      if (viewer === undefined) inform(elsewhereText(name, address));
      else inBackground(offerViewer(name, viewer));
      return localPort;
    },
  };
}

async function offerViewer(name: string, address: string): Promise<void> {
  const text = l10n.t(
    'The desktop of {0} is at {1}, for a VNC viewer. Its password is "{2}" unless it was changed.',
    name,
    address,
    desktopPassword,
  );
  if (await offer(text, l10n.t('Open Viewer'))) await env.openExternal(Uri.parse(`vnc://${address}`));
}

/** For a window in a browser: its website leads browsers to ports of its machine, and no viewer. */
function elsewhereText(name: string, address: string): string {
  return l10n.t(
    'The desktop of {0} is at {1} of the machine that serves this window, for a VNC viewer there. Its password is "{2}" unless it was changed.',
    name,
    address,
    desktopPassword,
  );
}

/** @throws UserError when nothing listens */
async function untilListening(clock: Clock, { client }: Reached, signal: AbortSignal): Promise<void> {
  const untilMs = clock.monotonic() + startMs;
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    try {
      (await client.tunnel(desktopPort, signal)).destroy();
      return;
    } catch (error) {
      if (!isNothingListening(error)) throw error;
      if (clock.monotonic() >= untilMs)
        throw new UserError(
          l10n.t(
            'Nothing listens on port {0}. Sandboxes of the image {1} have a desktop.',
            desktopPort,
            'tensorlake/ubuntu-vnc',
          ),
        );
    }
    await new Promise<void>(resolve => clock.after(followDelay(tries), resolve));
  }
}

import { EventEmitter, type TerminalProfile, l10n, window, type Pseudoterminal } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { createTerminalProfile, type TerminalOptions } from '../../host/editor/terminals';
import { errorText, isCancellation } from '../../text/kit/failureText';
import { notificationText } from '../../text/kit/surfaces';
import { resolveReachable } from '../../app/reach';
import type { Terminals } from './terminals';

/** Provides a terminal for the terminal profile. @throws Error with a message that VS Code shows */
export async function terminalProfile(app: AppContext, terminals: Terminals): Promise<TerminalProfile> {
  try {
    const row = await resolveReachable(app, [], () => l10n.t('Open a terminal in which sandbox?'));
    const options = row && (await terminals.start(row));
    if (options) return shownOnceOpen(options);
  } catch (error) {
    if (!isCancellation(error))
      throw new Error(
        notificationText(l10n.t('{0}: {1}', l10n.t('Could not open a terminal'), errorText(error))),
        { cause: error },
      );
  }
  // VS Code would report an error if no terminal were returned.
  return createTerminalProfile({
    name: l10n.t('Tensorlake Sandbox'),
    pty: closedAtOnce(),
    icon: 'vm-running',
  });
}

/** VS Code opens the terminal in the background, so it is shown once it is open. */
function shownOnceOpen(options: TerminalOptions): TerminalProfile {
  const subscription = window.onDidOpenTerminal(terminal => {
    const { creationOptions } = terminal;
    if (!('pty' in creationOptions) || creationOptions.pty !== options.pty) return;
    subscription.dispose();
    terminal.show();
  });
  return createTerminalProfile(options);
}

function closedAtOnce(): Pseudoterminal {
  const writes = new EventEmitter<string>();
  const closes = new EventEmitter<undefined>();
  return {
    onDidWrite: writes.event,
    onDidClose: closes.event,
    open: () => closes.fire(undefined),
    close: () => {
      writes.dispose();
      closes.dispose();
    },
  };
}

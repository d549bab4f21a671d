import { commands, env, l10n, Uri } from 'vscode';
import { linkPath, parseLink, type SandboxLink } from '../core/sandbox/link';
import { fileUri } from '../host/editor/documents/documentUris';
import { confirmModal, reportFailure } from '../host/editor/dialogs/messages';
import { commandIds } from '../manifest';
import { UserError } from '../text/kit/failureText';
import { plainText } from '../text/kit/plainText';
import { rowName } from '../text/sandbox/rowText';
import type { AppContext } from './appContext';
import { resolveTarget } from './targets';

/** The address that opens a sandbox, or a place in it, in this editor. */
export function linkUri(extensionId: string, link: SandboxLink): Uri {
  return Uri.from({ scheme: env.uriScheme, authority: extensionId, path: linkPath(link) });
}

/**
 * Opens the links that pages, messages and terminals have. Whoever made one is a stranger: it reveals a sandbox, and
 * asks before it reaches into one.
 */
export class Links {
  private isBusy = false;

  constructor(private readonly app: AppContext) {}

  /** Never rejects. Until one link is opened or declined, others are left alone: a page can open any number of them. */
  async open(uri: Uri): Promise<void> {
    if (this.isBusy) {
      this.app.log.warn('A link was left alone: another one is being opened');
      return;
    }
    this.isBusy = true;
    try {
      await this.openOne(uri);
    } catch (error) {
      const run = (command: string): void => void commands.executeCommand(command);
      await reportFailure(l10n.t('Could not open the link'), error, run);
    } finally {
      this.isBusy = false;
    }
  }

  private async openOne(uri: Uri): Promise<void> {
    const link = parseLink(uri.path);
    if (!link) throw new UserError(l10n.t('It leads to no sandbox.'));
    const { sandboxId, place } = link;
    const none = (): string =>
      l10n.t('The account in use has no sandbox with the id {0}.', plainText(sandboxId, 40));
    const row = await resolveTarget(this.app, [sandboxId], {
      anyOf: place.kind === 'sandbox' ? [] : ['canConnect', 'canWake'],
      needsRest: false,
      question: none,
      none: place.kind === 'sandbox' ? none : () => l10n.t('No running sandbox.'),
    });
    // What is found by its name is another one.
    if (row?.sandbox.id !== sandboxId) throw new UserError(none());
    const name = rowName(row);
    switch (place.kind) {
      case 'sandbox':
        await commands.executeCommand(commandIds.goTo, { sandboxId });
        return;
      case 'terminal':
        if (await isWanted(l10n.t('Open a terminal in {0}?', name), l10n.t('Open Terminal')))
          await commands.executeCommand(commandIds.openTerminal, { sandboxId });
        return;
      case 'file': {
        const shown = plainText(place.path, 200);
        if (await isWanted(l10n.t('Open {0} of {1}?', shown, name), l10n.t('Open File')))
          await commands.executeCommand(commandIds.openFile, fileUri(sandboxId, place.path));
      }
    }
  }
}

async function isWanted(question: string, button: string): Promise<boolean> {
  const why = l10n.t('A link asks for this. It reaches into the sandbox, which keeps it awake.');
  return await confirmModal(question, why, button);
}

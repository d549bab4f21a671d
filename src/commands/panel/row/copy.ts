import { l10n } from 'vscode';
import type { Capability } from '../../../core/sandbox/capabilities';
import type { Sandbox } from '../../../core/sandbox/sandbox';
import { copyAddresses, copyText } from '../../../host/editor/clipboard';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import type { AppContext } from '../../../app/appContext';
import { linkUri } from '../../../app/links';
import { resolveTargets } from '../../../app/targets';

/** What can be copied of a sandbox. */
export type CopyWhat = 'id' | 'name' | 'url' | 'link';

const parts: Readonly<
  Record<
    CopyWhat,
    {
      readonly needs: readonly Capability[];
      readonly read: (sandbox: Sandbox, extensionId: string) => string | undefined;
    }
  >
> = {
  id: { needs: [], read: sandbox => sandbox.id },
  name: { needs: ['hasName'], read: sandbox => sandbox.name },
  url: { needs: ['hasUrl'], read: sandbox => sandbox.sandboxUrl },
  link: {
    needs: [],
    read: ({ id }, extensionId) =>
      linkUri(extensionId, { sandboxId: id, place: { kind: 'sandbox' } }).toString(),
  },
};

/** Copies a part of each sandbox to the clipboard, one to a line. */
export function copy(context: AppContext, what: CopyWhat, extensionId: string): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy'),
    run: async (...args) => {
      const { needs, read } = parts[what];
      const rows = await resolveTargets(context, args, {
        anyOf: needs,
        needsRest: false,
        question: () => l10n.t('Copy from which sandbox?'),
        none: () => l10n.t('No sandbox has this.'),
      });
      const texts = rows.map(row => read(row.sandbox, extensionId)).filter(text => text !== undefined);
      if (texts.length === 0) return;
      if (what === 'url') await copyAddresses(texts);
      else await copyText(texts.join('\n'));
    },
  };
}

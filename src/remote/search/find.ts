import { l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { askText } from '../../host/editor/dialogs/quickInput';
import { UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import type { Files } from '../files/files';
import { whichSandbox } from '../files/tree/fileTargets';
import type { Search } from './search';

/** The longest text that is searched for. */
const longestText = 1_000;

/** Asks for a text, and searches for it in a folder of a sandbox, or in its home folder. */
export function findInSandbox(files: Files, search: Search): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not search'),
    run: async first => {
      const destination = await files.destination(first, whichSandbox);
      if (!destination) return;
      const { sandboxId, name, path: folder } = destination;
      const last = search.lastPlace?.query;
      const matchCase = {
        icon: 'case-sensitive',
        name: l10n.t('Match Case'),
        isOn: last?.isCaseSensitive ?? false,
      };
      const regex = {
        icon: 'regex',
        name: l10n.t('Use Regular Expression'),
        isOn: last?.isRegex ?? false,
      };
      const answer = await askText({
        title: l10n.t('Find in {0}', name),
        prompt: l10n.t('Text to find in the files of {0}', plainText(folder)),
        value: last?.text ?? '',
        toggles: [matchCase, regex],
        validate: text => {
          if (text === '') return l10n.t('A text is needed.');
          if (/[\n\r\0]/.test(text)) return l10n.t('The text is one line.');
          return text.length > longestText
            ? l10n.t('The text is too long: {0} characters are the most.', longestText)
            : undefined;
        },
      });
      if (answer.kind !== 'value') return;
      const query = { text: answer.value, isCaseSensitive: matchCase.isOn, isRegex: regex.isOn };
      await search.run({ sandboxId, sandboxName: name, folder, query });
    },
  };
}

/** Repeats the last search. */
export function searchAgain(files: Files, search: Search): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not search'),
    run: async () => {
      const place = search.lastPlace;
      if (!place) throw new UserError(l10n.t('Nothing was searched for yet.'));
      if (await files.reach(place.sandboxId)) await search.run(place);
    },
  };
}

/** Ends the search that is under way. */
export function cancelSearch(search: Search): CommandHandler {
  return { failureTitle: () => l10n.t('Could not stop the search'), run: () => search.cancel() };
}

/** Removes the results. */
export function clearSearch(search: Search): CommandHandler {
  return { failureTitle: () => l10n.t('Could not clear the results'), run: () => search.clear() };
}

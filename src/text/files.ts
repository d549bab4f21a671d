import { l10n } from 'vscode';
import type { FileProblem } from '../core/files/fileProblem';
import { baseName } from '../core/files/remotePath';
import { plainText } from './kit/plainText';
import { titleText } from './kit/surfaces';

/** What the tab of a file and the title of the window show: its name, then the sandbox. */
export function tabLabel(path: string, sandboxName: string): string {
  return titleText(`${plainText(baseName(path), 60)} (${sandboxName})`);
}

/** A path and the sandbox that it is in, for a question. */
export function placeText(path: string, sandboxName: string): string {
  return l10n.t('{0} in {1}', plainText(path), sandboxName);
}

/** Names for the second part of a question, one to a line, as the explorer of the editor lists them. */
export function namesText(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).map(name => plainText(name));
  const rest = names.length - shown.length;
  const more = rest === 0 ? [] : [rest === 1 ? l10n.t('and 1 more') : l10n.t('and {0} more', rest)];
  return [...shown, ...more].join('\n');
}

/** Why this machine refused a file, by the code of the error of Node; undefined for any other error. */
export function localReason(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return l10n.t('this machine does not allow it.');
    case 'ENOENT':
      return l10n.t('it does not exist on this machine.');
    case 'ENOSPC':
    case 'EDQUOT':
      return l10n.t('the disk of this machine is full.');
    case 'EROFS':
      return l10n.t('it is on a read-only file system of this machine.');
    case 'EBUSY':
    case 'ETXTBSY':
      return l10n.t('another program of this machine uses it.');
    case 'ELOOP':
      return l10n.t('it is a link that leads in a circle.');
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ENOTEMPTY':
    case 'EEXIST':
      return l10n.t('something else of that name is there on this machine.');
    default:
      return undefined;
  }
}

/** Why something could not be done with a file, in one sentence. */
export function sentence(problem: FileProblem, path: string, detail: string): string {
  switch (problem) {
    case 'notFound':
      return l10n.t('{0} does not exist in the sandbox.', path);
    case 'exists':
      return l10n.t('{0} exists in the sandbox already.', path);
    case 'noPermission':
      return l10n.t('The sandbox does not allow it for {0}.', path);
    case 'isFolder':
      return l10n.t('{0} is a folder, not a file.', path);
    case 'notFolder':
      return l10n.t('{0} is a file, or lies below one, where a folder is needed.', path);
    case 'notEmpty':
      return l10n.t('The folder {0} is not empty.', path);
    case 'readOnly':
      return l10n.t('{0} is on a read-only file system.', path);
    case 'noSpace':
      return l10n.t('The disk of the sandbox is full.');
    case 'tooLong':
      return l10n.t('The name {0} is too long: 255 bytes are the most.', path);
    case 'loop':
      return l10n.t('{0} is a link that leads in a circle.', path);
    case 'sameFile':
      return l10n.t('{0} cannot be put into itself.', path);
    case 'unavailable':
      return l10n.t('The sandbox is not running. Its files are out of reach until somebody resumes it.');
    case 'noShell':
      return l10n.t('The sandbox has no shell, which this needs: {0}', path);
    case 'tooLarge':
      return l10n.t('{0} is too large for the editor. Download it instead.', path);
    case 'tooLargeToSend':
      return detail === ''
        ? l10n.t('{0} is larger than the server takes in one request.', path)
        : l10n.t('{0} is too large: the server takes files up to {1}.', path, detail);
    case 'changed':
      return l10n.t('{0} was changed in the sandbox meanwhile; it was left as it is there.', path);
    case 'kept':
      return l10n.t(
        '{0} could be written only in part, and not be restored. What was in it before is in {1}.',
        path,
        detail,
      );
    case 'other':
      return l10n.t('The sandbox refused {0}: {1}', path, detail);
  }
}

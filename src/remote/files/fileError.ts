import { l10n } from 'vscode';
import { ApiError } from '../../core/kernel/errors';
import { fileProblemOf, type FileProblem } from '../../core/files/fileProblem';
import { errorText, UserError } from '../../host/editor/messages';
import { plainText } from '../../text/kit/units';

/** Something on the files of a sandbox did not work, in words for the user. */
export class FileError extends UserError {
  constructor(
    readonly problem: FileProblem,
    /** The path it is about. */
    path: string,
    /** The words of whoever refused. */
    detail = '',
  ) {
    super(sentence(problem, plainText(path), plainText(detail)));
  }

  /** Whether `error` is a FileError, of one of `problems` when any are given. */
  static is(error: unknown, ...problems: readonly FileProblem[]): error is FileError {
    return error instanceof FileError && (problems.length === 0 || problems.includes(error.problem));
  }
}

function sentence(problem: FileProblem, path: string, detail: string): string {
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
    case 'changed':
      return l10n.t('{0} was changed in the sandbox meanwhile; it was left as it is there.', path);
    case 'other':
      return l10n.t('The sandbox refused {0}: {1}', path, detail);
  }
}

/** The codes of the file API (API reference section 3.3). */
const problemsByCode: ReadonlyMap<string, FileProblem> = new Map([
  ['NOT_FOUND', 'notFound'],
  ['IS_DIRECTORY', 'isFolder'],
  ['NOT_A_DIRECTORY', 'notFolder'],
  ['TOO_LARGE', 'tooLarge'],
  ['SANDBOX_NOT_RUNNING', 'unavailable'],
]);

/** Whether nobody could start the program. */
export function isSpawnFailure(error: unknown): boolean {
  return ApiError.is(error, 'server') && error.status === 500 && /failed to spawn/i.test(error.message);
}

/** Words a failure of the file API as one about a path; others stay what they are. */
export function fileErrorFrom(error: unknown, path: string): unknown {
  if (!ApiError.is(error)) return error;
  const byCode = problemsByCode.get(error.code ?? '');
  if (byCode) return new FileError(byCode, path);
  if (!ApiError.is(error, 'server', 'invalid') || error.status === undefined || error.status > 500)
    return error;
  const problem = fileProblemOf(error.message);
  return new FileError(problem, path, problem === 'other' ? errorText(error) : '');
}

import { type FileProblem, fileProblemOf } from '../../core/files/fileProblem';
import { ApiError } from '../../core/kernel/errors';
import { sentence } from '../../text/files';
import { errorText, UserError } from '../../text/kit/failureText';
import { limitSize } from '../../text/kit/units';
import { plainText } from '../../text/kit/plainText';

/** An operation on the files of a sandbox failed, with a message for the user. */
export class FileError extends UserError {
  constructor(
    readonly problem: FileProblem,
    /** The path that the operation was about. */
    path: string,
    /** The message of the daemon or program that refused. */
    detail = '',
  ) {
    super(sentence(problem, plainText(path), plainText(detail)));
  }

  /** Whether `error` is a FileError, of one of `problems` when any are given. */
  static is(error: unknown, ...problems: readonly FileProblem[]): error is FileError {
    return error instanceof FileError && (problems.length === 0 || problems.includes(error.problem));
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

/** Whether the program could not be started. */
export function isSpawnFailure(error: unknown): boolean {
  return ApiError.is(error, 'server') && error.status === 500 && /failed to spawn/i.test(error.message);
}

/** Turns a failure of the file API into one about a path; other errors are returned unchanged. */
export function fileErrorFrom(error: unknown, path: string): unknown {
  if (!ApiError.is(error)) return error;
  const byCode = problemsByCode.get(error.code ?? '');
  if (byCode) return new FileError(byCode, path);
  if (error.kind === 'tooLarge') {
    const { limitBytes } = error;
    return new FileError('tooLargeToSend', path, limitBytes === undefined ? '' : limitSize(limitBytes));
  }
  if (!ApiError.is(error, 'server', 'invalid') || error.status === undefined || error.status > 500)
    return error;
  const problem = fileProblemOf(error.message);
  return new FileError(problem, path, problem === 'other' ? errorText(error) : '');
}

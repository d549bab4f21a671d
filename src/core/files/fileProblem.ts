/** How an operation on files in a sandbox can fail. */
export type FileProblem =
  | 'notFound'
  | 'exists'
  | 'noPermission'
  | 'isFolder'
  | 'notFolder'
  | 'notEmpty'
  | 'readOnly'
  | 'noSpace'
  | 'tooLong'
  | 'loop'
  | 'sameFile'
  | 'unavailable'
  | 'noShell'
  | 'tooLarge'
  | 'tooLargeToSend'
  | 'changed'
  | 'kept'
  | 'other';

/** Messages of the Linux C library, and the names of the same errors; the first match wins. */
const words: readonly (readonly [RegExp, FileProblem])[] = [
  [/are the same file|subdirectory of itself|into itself/i, 'sameFile'],
  [/no such file or directory|\bENOENT\b|not found/i, 'notFound'],
  [/directory not empty|\bENOTEMPTY\b/i, 'notEmpty'],
  [/file exists|\bEEXIST\b/i, 'exists'],
  [/permission denied|operation not permitted|\bEACCES\b|\bEPERM\b/i, 'noPermission'],
  [/not a directory|\bENOTDIR\b|non-directory/i, 'notFolder'],
  [/is a directory|\bEISDIR\b/i, 'isFolder'],
  [/read-only file system|\bEROFS\b/i, 'readOnly'],
  [/no space left|quota exceeded|\bENOSPC\b|\bEDQUOT\b/i, 'noSpace'],
  [/file ?name too long|\bENAMETOOLONG\b/i, 'tooLong'],
  [/too many levels of symbolic links|\bELOOP\b/i, 'loop'],
];

/** Classifies an English error message of a program or of the daemon in a sandbox. */
export function fileProblemOf(text: string): FileProblem {
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

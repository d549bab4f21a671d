/** The ways work on files inside a sandbox can fail. */
const fileProblems = [
  'notFound',
  'exists',
  'noPermission',
  'isFolder',
  'notFolder',
  'notEmpty',
  'readOnly',
  'noSpace',
  'tooLong',
  'loop',
  'sameFile',
  'unavailable',
  'noShell',
  'tooLarge',
  'changed',
  'other',
] as const;

export type FileProblem = (typeof fileProblems)[number];

/** What the C library of Linux says, and the names of the same errors; the first match counts. */
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

/** Sorts what a program or the daemon of a sandbox said in English. */
export function fileProblemOf(text: string): FileProblem {
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

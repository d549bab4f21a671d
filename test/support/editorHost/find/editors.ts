/** The oldest or the newest supported editor. */
export type EditorName = 'floor' | 'newest';

/** One VS Code, as the desktop program and as a server. */
export interface Editor {
  readonly name: EditorName;
  readonly vscodeVersion: string;
  /** Version of the npm package that contains this VS Code as a server. */
  readonly codeServerVersion: string;
  /** Major version of Node that this server was built for. */
  readonly nodeMajor: number;
}

/**
 * The editors that the tests run in. `floor` is what `engines.vscode` promises. A new row needs a release of the npm
 * package whose shrinkwrap names no git dependency: npm could not fetch that without GitHub.
 */
export const editors: Readonly<Record<EditorName, Editor>> = {
  floor: { name: 'floor', vscodeVersion: '1.104.0', codeServerVersion: '4.104.0', nodeMajor: 22 },
  newest: { name: 'newest', vscodeVersion: '1.139.1', codeServerVersion: '4.139.1', nodeMajor: 24 },
};

/** The names of the table, oldest editor first. */
export const editorNames: readonly EditorName[] = ['floor', 'newest'];

/**
 * Reads an editor's name from a command line or the environment.
 *
 * @throws when the word is neither name
 */
export function parseEditorName(word: string): EditorName {
  const name = editorNames.find(candidate => candidate === word);
  if (name === undefined) throw new Error(`"${word}" is no editor; choose one of ${editorNames.join(', ')}`);
  return name;
}

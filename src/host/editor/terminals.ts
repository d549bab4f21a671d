import {
  type ExtensionTerminalOptions,
  type Pseudoterminal,
  type Terminal,
  TerminalProfile,
  ThemeIcon,
  window,
} from 'vscode';
import { titleText } from '../../text/kit/surfaces';

/** A terminal that this extension writes. */
export interface TerminalOptions {
  /** May hold text from outside. */
  readonly name: string;
  readonly pty: Pseudoterminal;
  /** Codicon. */
  readonly icon: string;
}

/** Creates a terminal, which is not shown yet. */
export function createTerminal(options: TerminalOptions): Terminal {
  return window.createTerminal(editorOptions(options));
}

/** What the editor opens when the user chooses a terminal profile. */
export function createTerminalProfile(options: TerminalOptions): TerminalProfile {
  return new TerminalProfile(editorOptions(options));
}

function editorOptions({ name, pty, icon }: TerminalOptions): ExtensionTerminalOptions {
  return { name: titleText(name), pty, iconPath: new ThemeIcon(icon), isTransient: true };
}

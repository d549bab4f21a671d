import type { Memento } from 'vscode';
import type { CommandContext } from '../app/appContext';
import type { ChildSection } from '../app/childNodes';
import type { SecretStoreLike } from '../host/session/credentials';
import { FilesSection } from './files/fileNodes';
import { filesContextOf } from './files/files';
import { PortsSection } from './ports/portNodes';
import { processSectionOf } from './processes/processNodes';
import { terminalSection } from './terminal/terminalNodes';

/** What outlives the window. */
export interface Keeping {
  readonly secrets: SecretStoreLike;
  /** For every window. */
  readonly everywhere: Memento;
  /** For this workspace. */
  readonly here: Memento;
}

/** What there is below a running sandbox, from the top. */
export function sectionsOf(context: CommandContext): readonly ChildSection[] {
  return [
    terminalSection(context),
    new FilesSection(filesContextOf(context)),
    processSectionOf(context),
    new PortsSection(context),
  ];
}

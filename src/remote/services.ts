import type { CommandContext } from '../app/appContext';
import type { ChildSection } from '../app/childNodes';
import { PortsSection } from './ports/portNodes';
import { filesContextOf } from './files/files';
import { FilesSection } from './files/filesSection';
import { processSectionOf } from './processes/processNodes';
import { terminalSection } from './terminal/terminalNodes';

/** What there is below a running sandbox, from the top. */
export function sectionsOf(context: CommandContext): readonly ChildSection[] {
  return [
    terminalSection(context),
    new FilesSection(filesContextOf(context)),
    processSectionOf(context),
    new PortsSection(context),
  ];
}

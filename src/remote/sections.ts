import type { CommandContext } from '../commands/commandContext';
import type { ChildSection } from '../views/childRows';
import { PortsSection } from './ports/portsSection';
import { filesContextOf } from './files/filesContext';
import { FilesSection } from './files/filesSection';
import { processSectionOf } from './processes/processSection';
import { terminalSection } from './terminal/terminalRows';

/** What there is below a running sandbox, from the top. */
export function sectionsOf(context: CommandContext): readonly ChildSection[] {
  return [
    terminalSection(context),
    new FilesSection(filesContextOf(context)),
    processSectionOf(context),
    new PortsSection(context),
  ];
}

import type { CommandContext } from '../commands/commandContext';
import type { ChildSection } from '../views/childRows';
import { filesContextOf } from './files/filesContext';
import { FilesSection } from './files/filesSection';

/** What there is below a running sandbox, from the top. */
export function sectionsOf(context: CommandContext): readonly ChildSection[] {
  return [new FilesSection(filesContextOf(context))];
}

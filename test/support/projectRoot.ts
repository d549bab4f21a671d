import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the project, from the source of a test as well as from its bundle. */
export const projectRoot = above(__dirname);

function above(folder: string): string {
  return existsSync(join(folder, 'tsconfig.json')) ? folder : above(dirname(folder));
}

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../test/support/projectRoot';
import { buildExtension, packageExtension } from './buildExtension';

/** Builds the extension and packs it into out/tensorlake-sandboxes.vsix. */
buildExtension();
mkdirSync(path.join(projectRoot, 'out'), { recursive: true });
const file = path.join(projectRoot, 'out', 'tensorlake-sandboxes.vsix');
packageExtension(file);
console.log(file);

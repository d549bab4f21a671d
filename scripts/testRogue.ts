import { runMain } from './runMain';
import { runRogueSuite } from './rogueSuite';

/** Runs test/rogue with the attacks named on the command line, or all. */
runMain(() => runRogueSuite(process.argv.slice(2)));

import { attacks } from './attacks';
import { RogueServer } from './server/rogueServer';

/** Starts the rogue server by itself; it names its address on standard output and runs until it is killed. */
async function main(): Promise<void> {
  const { url } = await RogueServer.start(attacks, Number(process.env['PORT'] ?? 0));
  console.log(url);
}

void main();

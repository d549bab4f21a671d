import { createLimits } from '../sandbox/rules';

/** Characters of earlier output that an address may begin in; its control sequences count. */
const mostKept = 512;
/** Output that names more ports than this is not looked at any more. */
const mostPorts = 100;

/** The cheap test: most output has none of these. */
const host = /localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]/i;

/** An address of the machine that the output comes from. What comes before excludes `8080-id.localhost` and `10.0.0.0`. */
const address = /(?<![\w.@-])(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::| port )(\d{1,5})(?![\d.])/gi;

/** Control sequences, whose length is bounded, so that each character is looked at a bounded number of times. */
// eslint-disable-next-line no-control-regex
const sequence = /\x1b(?:\[[0-?]{0,32}[ -/]{0,4}([@-~])|\][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)|[@-Z\\^_])/g;

/**
 * Finds the ports of addresses such as `http://localhost:3000` or `0.0.0.0:8000` in the output of a terminal or a run,
 * wherever it is cut and whatever colours it has. Its work and what it keeps are bounded, whatever comes.
 */
export class AddressSpotter {
  private kept = '';
  private readonly seen = new Set<number>();

  /** The next output. Returns the ports that it names for the first time; one at its very end is told with the next. */
  take(text: string): readonly number[] {
    if (this.seen.size >= mostPorts) return [];
    const all = this.kept + text;
    this.kept = tailOf(all);
    return host.test(all) ? this.portsIn(all.replace(sequence, plain)) : [];
  }

  private portsIn(text: string): readonly number[] {
    const found: number[] = [];
    for (const match of text.matchAll(address)) {
      const port = Number(match[1]);
      const isCut = match.index + match[0].length === text.length;
      if (isCut || !isOffered(port) || this.seen.has(port)) continue;
      this.seen.add(port);
      found.push(port);
      if (this.seen.size >= mostPorts) break;
    }
    return found;
  }
}

/** Colours stand inside of addresses; whatever moves the cursor ends one. */
function plain(_sequence: string, final: string | undefined): string {
  return final === 'm' || final === 'K' || final === undefined ? '' : '\n';
}

/** The port of the sandbox's own daemon is nobody's server. */
function isOffered(port: number): boolean {
  return port >= 1 && port <= createLimits.portMax && port !== createLimits.managementPort;
}

/** The last words: a cut inside of one could make `0.0.0.0` of `10.0.0.0`. */
function tailOf(text: string): string {
  if (text.length <= mostKept) return text;
  const tail = text.slice(-mostKept);
  const at = tail.search(/\s/);
  return at < 0 ? '' : tail.slice(at);
}

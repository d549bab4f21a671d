const mark = '[redacted]';

/** A shorter value is not a secret, and removing it would garble the text. */
const minSecretLength = 4;

/** Half of a shorter secret may be its public beginning alone, such as `tl_apiKey_`. */
const minSplitLength = 32;

const maxRedactedLength = 64 * 1024;

/** At the end of a text that was cut, so many characters may hold a part of a secret: the longest are hints, escaped. */
const seamLength = 16 * 1024;

const headerValue =
  /\b(authorization|x-pty-token|x-api-key|x-tensorlake-route-hint|set-cookie|cookie)(["']?\s*[:=]\s*["']?)[^\r\n"';,}]+/gi;

/** Members of JSON and parameters of a URL that hold a token; their names alone are also ordinary words. */
const tokenValue = /\b(\w{0,40}token|rout(?:e|ing)_?hint)(["']?\s*[:=]\s*["']?)[\w.~+/=%-]{16,}/gi;

const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;

const keyShape = /\btl_(?:apiKey|pat)\w*[\w.-]*/g;

/**
 * Removes credentials from a text that may be shown or logged: the given values, in the encodings a server may echo
 * them in, values of credential headers and token members, and anything shaped like a Tensorlake key (API reference
 * section 1.2).
 *
 * @param secrets values to remove, such as the key of the request
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  return bounded(text, piece => {
    let clean = piece;
    for (const secret of secrets) clean = without(clean, spellingsOf(secret).all);
    return clean;
  });
}

/** The beginning of a text without secrets. Each of these costs a pass, so that no more is searched than is returned. */
function bounded(text: string, clean: (text: string) => string): string {
  const most = maxRedactedLength + seamLength;
  const isCut = text.length > most;
  const found = clean(isCut ? text.slice(0, most) : text);
  return withoutShapes(isCut ? found.slice(0, -seamLength) : found);
}

function withoutShapes(text: string): string {
  return text
    .slice(0, maxRedactedLength)
    .replace(headerValue, `$1$2${mark}`)
    .replace(tokenValue, `$1$2${mark}`)
    .replace(bearer, `$1 ${mark}`)
    .replace(keyShape, mark);
}

function without(text: string, spellings: readonly string[]): string {
  let clean = text;
  for (const spelling of spellings) if (clean.includes(spelling)) clean = clean.replaceAll(spelling, mark);
  return clean;
}

/** The ways in which a server may echo a secret. */
interface Spellings {
  /** As it is, escaped in JSON or a URL, and in base64. */
  readonly whole: readonly string[];
  /** These and the halves of each. Longest first, so that no part of one is left. */
  readonly all: readonly string[];
  /** A text with none of these has none of `all`, and each costs a pass. */
  readonly signs: readonly string[];
}

function spellingsOf(secret: string): Spellings {
  if (secret.length < minSecretLength) return { whole: [], all: [], signs: [] };
  const whole = wholeSpellings(secret);
  const halves = secret.length < minSplitLength ? [] : whole.flatMap(halvesOf);
  const all = [...new Set([...whole, ...halves])].sort((a, b) => b.length - a.length);
  return { whole, all, signs: halves.length === 0 ? all : [...new Set(halves)] };
}

/** The spellings of a secret in one piece. */
export function wholeSpellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      percentEncoded(secret),
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ]),
  ];
}

/** The two halves of a spelling. */
export function halvesOf(spelling: string): readonly [string, string] {
  const middle = Math.ceil(spelling.length / 2);
  return [spelling.slice(0, middle), spelling.slice(middle)];
}

function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // An unpaired surrogate has no such form.
    return secret;
  }
}

/**
 * What a value is: a `credential` goes with every request, a `token` belongs to one thing inside a sandbox, and a `hint`
 * comes with each row of a list and is not kept (API reference sections 1.2 and 1.6).
 */
export type SecretKind = 'credential' | 'token' | 'hint';

/** The most values of a kind that are remembered; of more, the oldest are forgotten. */
const mostOfKind = 256;

/** An answer that is longer is searched for whole credentials only: each text costs a pass, and a poll may be long. */
const shortAnswer = 256 * 1024;

const hintMember = /"routing_?[hH]int"\s*:\s*"([^"\\]{8,4096})"/g;

/**
 * The secret values that the session has used or received, kept in memory only, so that they can be removed from what
 * is logged, shown or stored.
 */
export class KnownSecrets {
  private readonly known: Readonly<Record<SecretKind, Map<string, Spellings>>> = {
    credential: new Map(),
    token: new Map(),
    hint: new Map(),
  };

  /** Remembers a value, as the latest of its kind. */
  add(secret: string, kind: SecretKind): void {
    const known = this.known[kind];
    const spellings = known.get(secret) ?? spellingsOf(secret);
    known.delete(secret);
    known.set(secret, spellings);
    const [oldest] = known.keys();
    if (known.size > mostOfKind && oldest !== undefined) known.delete(oldest);
  }

  /** The credentials, oldest first. */
  credentials(): readonly string[] {
    return [...this.known.credential.keys()];
  }

  /** A text for the user or the log, as `redact` leaves it. */
  redact(text: string): string {
    return bounded(text, piece => this.without(piece, ['credential', 'token', 'hint']));
  }

  /**
   * An answer of the service, whose texts are shown and stored, without the values themselves. It is otherwise as it
   * was: what merely looks like a secret may be the user's own text.
   */
  withoutEchoes(answer: string): string {
    if (answer.length > shortAnswer) return this.withoutCredentials(answer);
    this.learnHints(answer);
    return this.without(answer, ['credential', 'token']);
  }

  /** A text that comes in bulk, such as the output of a program, without whole credentials. */
  withoutCredentials(text: string): string {
    let clean = text;
    for (const { whole } of this.known.credential.values()) clean = without(clean, whole);
    return clean;
  }

  private learnHints(answer: string): void {
    for (const [, hint] of answer.matchAll(hintMember)) if (hint !== undefined) this.add(hint, 'hint');
  }

  private without(text: string, kinds: readonly SecretKind[]): string {
    let clean = text;
    for (const kind of kinds)
      for (const { all, signs } of this.known[kind].values())
        if (signs.some(sign => clean.includes(sign))) clean = without(clean, all);
    return clean;
  }
}

const mark = '[redacted]';
/** A shorter value is no secret, and taking it out would shred the text. */
const minSecretLength = 4;
const maxLength = 64 * 1024;

const headerValue =
  /\b(authorization|x-pty-token|x-api-key|x-tensorlake-route-hint|set-cookie|cookie)(["']?\s*[:=]\s*["']?)[^\r\n"';,}]+/gi;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;
const keyShape = /\btl_(?:apiKey|pat)\w*[\w.-]*/g;

/**
 * Takes credentials out of a text that may be shown or logged: the given values in the spellings a server may echo
 * them in, values of credential headers, and anything shaped like a Tensorlake key (API reference section 1.2).
 *
 * @param secrets values to remove, such as the key of the request
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue;
    for (const spelling of spellings(secret)) clean = clean.replaceAll(spelling, mark);
  }
  return clean
    .slice(0, maxLength)
    .replace(headerValue, `$1$2${mark}`)
    .replace(bearer, `$1 ${mark}`)
    .replace(keyShape, mark);
}

function spellings(secret: string): ReadonlySet<string> {
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    percentEncoded(secret),
    Buffer.from(secret).toString('base64'),
  ]);
}

function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // Half a surrogate pair has no such form.
    return secret;
  }
}

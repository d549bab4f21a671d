import { authentication } from 'vscode';
import { localGit } from './localGit';

/** What a server takes for one user. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** How long the user may take to sign in where a credential helper of git asks them, in milliseconds. */
const patienceMs = 5 * 60_000;

/**
 * The credentials of this user for a server: for GitHub those of the editor, else what git on this machine has stored or
 * asks for.
 *
 * @returns undefined when there are none, or the user declines
 */
export async function credentialsFor(
  { url, host }: { readonly url: string; readonly host: string },
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  if (host === 'github.com') {
    const session = await gitHubSession();
    if (session !== undefined) return { user: 'x-access-token', password: session };
  }
  const protocol = new URL(url).protocol.replace(':', '');
  const input = `protocol=${protocol}\nhost=${host}\n\n`;
  return readCredentials(await localGit(['credential', 'fill'], { input, timeoutMs: patienceMs }, signal));
}

async function gitHubSession(): Promise<string | undefined> {
  try {
    return (await authentication.getSession('github', ['repo'], { createIfNone: true })).accessToken;
  } catch {
    // The user declined, or this editor knows no GitHub.
    return undefined;
  }
}

function readCredentials(text = ''): Credentials | undefined {
  const value = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  const [user, password] = [value('username'), value('password')];
  return user === undefined || password === undefined || password === '' ? undefined : { user, password };
}

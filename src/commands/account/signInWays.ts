/** How to sign in: by a typed key, in a browser, or with what was found on this machine. Arguments of the command as well. */
export const signInWays = ['key', 'browser', 'environment', 'cli'] as const;

export type SignInWay = (typeof signInWays)[number];

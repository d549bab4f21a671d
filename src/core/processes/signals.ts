/** Linux signals that users send, the least destructive first. */
export const sendableSignals = [
  { number: 15, name: 'SIGTERM' },
  { number: 2, name: 'SIGINT' },
  { number: 1, name: 'SIGHUP' },
  { number: 3, name: 'SIGQUIT' },
  { number: 10, name: 'SIGUSR1' },
  { number: 12, name: 'SIGUSR2' },
  { number: 19, name: 'SIGSTOP' },
  { number: 18, name: 'SIGCONT' },
  { number: 9, name: 'SIGKILL' },
] as const;

export type SignalName = (typeof sendableSignals)[number]['name'];

const others: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  24: 'SIGXCPU',
  31: 'SIGSYS',
};

/** The name of a signal, or its number if it is not listed here. */
export function signalName(number: number): string {
  return sendableSignals.find(signal => signal.number === number)?.name ?? others[number] ?? String(number);
}

/**
 * The number of a signal, given its name in any case, with or without `SIG`, or its number; undefined if there is no
 * such signal.
 */
export function signalNumber(text: string): number | undefined {
  const word = text.trim().toUpperCase();
  const found = sendableSignals.find(({ name }) => name === word || name === `SIG${word}`);
  if (found) return found.number;
  const number = Number(word);
  return /^\d+$/.test(word) && number >= 1 && number <= 64 ? number : undefined;
}

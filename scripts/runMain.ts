/** Runs a script and exits: with the number it returns, with 0 if it returns none, with 1 after printing its failure. */
export function runMain(main: () => Promise<unknown>): void {
  main().then(
    result => process.exit(typeof result === 'number' ? result : 0),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}

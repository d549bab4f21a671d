/** Stands for `process.emitWarning` in undici: its warnings are for programmers. */
export function keepWarning() {}

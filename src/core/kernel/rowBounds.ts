/** The bounds of one row, which is kept as it was received and compared member by member. */
export const rowBounds = {
  /** Levels of lists and objects in each other; what compares and draws them calls itself for each. */
  depth: 32,
  /** Entries of a list in a row, and members of an object. */
  entries: 1_000,
  /** Characters of an id: requests are made with it. */
  idCharacters: 1024,
  /** Characters of a text in a row, and of the name of a member. */
  characters: 16_384,
  /** What a row may weigh: its characters, and `valueWeight` for each value, which is about its memory in bytes. */
  weight: 64 * 1024,
  valueWeight: 32,
  /** Characters that a text may still have when the row is too heavy already. */
  restCharacters: 256,
} as const;

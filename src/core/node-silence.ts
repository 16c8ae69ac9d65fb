/** A node with calls that was not seen for so long is not merely starting again: ten minutes, for a slow machine and a long check of its disk. */
export const silentAfterMs = 600_000;

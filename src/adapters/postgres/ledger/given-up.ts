/** Why a recording failed whose machine was given up. Should its audio turn up after all, it is taken back. */
export const audioGivenUp = 'the machine that had its audio was given up';

/** Why a call or leg ended whose machine was given up. What the machine tells of its end, should it return, stands instead. */
export const callGivenUp = 'the machine that held the call was given up';

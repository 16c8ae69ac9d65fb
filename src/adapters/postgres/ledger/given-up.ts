/** Why a recording failed whose machine was given up: the one reason that its audio, should it turn up after all, takes back. */
export const audioGivenUp = 'the machine that had its audio was given up';

/**
 * How a call or attempt ended, with the numbers and words of spec §2.5.
 *
 * @see spec §2.5 EndStatus table
 */
export const endStatusCodes = {
  error: 0,
  ok: 1,
  unconnected: 2,
  blackList: 100,
  ivrGiveUp: 102,
  waitingGiveUp: 103,
  ringingGiveUp: 104,
  noSeatOnline: 105,
  notWorkTime: 106,
  ivrEnd: 107,
  restrictedCallee: 108,
  overFrequency: 109,
  restrictedArea: 110,
  restrictedTime: 111,
  unknown: 201,
  notAnswer: 202,
  userReject: 203,
  powerOff: 204,
  numberNotExist: 205,
  busy: 206,
  calleeInArrears: 207,
  operatorException: 208,
  callerCancel: 209,
  notInService: 210,
  clientError: 211,
  carrierBlocked: 212,
} as const;

export type EndStatus = keyof typeof endStatusCodes;

/** EndStatus of an outbound attempt that a final SIP response refused (spec §2.5, SIP mapping). */
export const endStatusOfSipResponse = (status: number): EndStatus => {
  if (status === 486 || status === 600) return 'busy';
  if (status === 603) return 'userReject';
  if (status === 480 || status === 408) return 'notAnswer';
  if (status === 404 || status === 604) return 'numberNotExist';
  if (status === 487) return 'callerCancel';
  if (status === 403) return 'carrierBlocked';
  if (status >= 500 && status < 600) return 'operatorException';
  return 'unconnected';
};
